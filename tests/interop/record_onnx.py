"""Prints the bytes that Python's onnx writes for the small model of packages/onnx/graph_test.ts, in base64.

    pip install onnx numpy
    python tests/interop/record_onnx.py
"""

import base64

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

weights = numpy_helper.from_array(np.array([[1.5, -2.0, 0.0]], np.float32), "weights")
axes = numpy_helper.from_array(np.array([-1, 300], np.int64), "[-1,300]")
number = numpy_helper.from_array(np.array(7, np.int64), "int 7")
half = numpy_helper.from_array(np.array(0.5, np.float32), "0.5")
kind = TensorProto.INT64
body = helper.make_graph(
    [
        helper.make_node("Add", ["Loop_3_state", "Loop_3_turn"], ["Add_4"], "Add_4"),
        helper.make_node("Identity", ["Add_4"], ["Loop_3_stepped"], "Loop_3_stepped"),
        helper.make_node("Identity", ["Loop_3_goOn"], ["Loop_3_goesOn"], "Loop_3_goesOn"),
    ],
    "Loop_3_body",
    [helper.make_tensor_value_info("Loop_3_turn", kind, []), helper.make_tensor_value_info("Loop_3_goOn", TensorProto.BOOL, []),
     helper.make_tensor_value_info("Loop_3_state", kind, ["size"])],
    [helper.make_tensor_value_info("Loop_3_goesOn", TensorProto.BOOL, []),
     helper.make_tensor_value_info("Loop_3_stepped", kind, ["size"])],
)
nodes = [
    helper.make_node("LayerNormalization", ["ids", "weights"], ["LayerNormalization_0"], "LayerNormalization_0",
                     axis=-1, epsilon=1e-5),
    helper.make_node("Transpose", ["LayerNormalization_0", "[-1,300]", "int 7", "0.5"], ["Transpose_1"], "Transpose_1",
                     perm=[1, 0]),
    helper.make_node("Unique", ["ids"], ["Unique_2", "Unique_2_1"], "Unique_2", sorted=1),
    helper.make_node("Loop", ["int 7", "", "Unique_2_1"], ["Loop_3"], "Loop_3", body=body),
    helper.make_node("ScatterND", ["Transpose_1", "Loop_3", "weights"], ["ScatterND_8"], "ScatterND_8", reduction="add"),
    helper.make_node("Identity", ["ScatterND_8"], ["logits"], "logits"),
]
graph = helper.make_graph(nodes, "classifier", [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", 300])],
                          [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])],
                          [weights, axes, number, half])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8, producer_name="taxon")
print(base64.b64encode(model.SerializeToString()).decode())
