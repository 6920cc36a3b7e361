import { backendConformance } from "@taxon/conformance";
import provider from "./mod.ts";

backendConformance(provider);
