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
nodes = [
    helper.make_node("LayerNormalization", ["ids", "weights"], ["LayerNormalization_0"], "LayerNormalization_0",
                     axis=-1, epsilon=1e-5),
    helper.make_node("Transpose", ["LayerNormalization_0", "[-1,300]", "int 7", "0.5"], ["Transpose_1"], "Transpose_1",
                     perm=[1, 0]),
    helper.make_node("Identity", ["Transpose_1"], ["logits"], "logits"),
]
graph = helper.make_graph(nodes, "classifier", [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", 300])],
                          [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])],
                          [weights, axes, number, half])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="taxon")
print(base64.b64encode(model.SerializeToString()).decode())
