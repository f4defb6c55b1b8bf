import type { Model } from '../models/model';
import { assignSaved, checkSaved, type SavedTensors } from '../state/saved-tensors';

/**
 * Gives the variables of a model that is built these values. Throws `ArgumentError`, and changes none, unless the names are the variables', each with
 * its shape.
 */
export function assignWeights(model: Model, tensors: SavedTensors): void {
  checkSaved('assignWeights', tensors, model.variables);
  assignSaved(model.variables, tensors);
}
