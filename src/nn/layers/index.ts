/** Layers by name. */
import { Registry, techniquesIn } from "../../core/technique.ts";
import type { LayerTechnique } from "./layer.ts";
import * as list from "./list.ts";

/** All layers of the shelf by name. */
export const layerRegistry = new Registry("layer", techniquesIn<LayerTechnique>("layer", list));
