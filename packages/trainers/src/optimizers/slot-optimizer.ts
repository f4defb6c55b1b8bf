import { ArgumentError } from '@rnn/cells';
import type { UpdatedVariable, VariableUpdate } from '@rnn/kernels';
import { fill, type Tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { checkLearningRate, rateAt } from '../schedules/rate-at';
import type { LearningRate } from '../schedules/schedule';
import { shapeText } from '../shape-text';
import { checkSaved, loadTensor, type SavedTensor, savedTensors } from '../state/saved-tensors';
import type { Optimizer, OptimizerState } from './optimizer';

/** Where an update stands: the rate to use, and its number, from 1. */
interface UpdateMoment {
  readonly learningRate: number;
  readonly iteration: number;
}

/**
 * An optimiser's formula for all variables at once, pure: from each variable `w`, its gradient `g` and its slots to their new values, all of
 * one shape. Constants stay float64 until they meet a tensor.
 */
export type UpdateRule<Slot extends string> = (
  variables: readonly VariableUpdate<Slot>[],
  moment: UpdateMoment,
) => readonly UpdatedVariable<Slot>[];

/**
 * Keeps the slots for a formula, and applies it to all variables or to none: new values are assigned only when all are computed.
 * The slots are named as TensorFlow names them, in its order of creation: `<variable>/<name>`, `<variable>/<name>_1`, …
 */
export class SlotOptimizer<Slot extends string = never> implements Optimizer {
  readonly #firstValues: Readonly<Record<Slot, number>>;
  readonly #rule: UpdateRule<Slot>;
  readonly #slots = new Map<string, Variable>();
  #learningRate: LearningRate = 0;
  #iterations = 0;

  /** @param firstValues Of each slot, in TensorFlow's order of creation. */
  constructor(
    readonly name: string,
    learningRate: LearningRate,
    firstValues: Readonly<Record<Slot, number>>,
    rule: UpdateRule<Slot>,
  ) {
    this.#firstValues = firstValues;
    this.#rule = rule;
    this.learningRate = learningRate;
  }

  get learningRate(): number {
    return rateAt(this.name, this.#learningRate, this.#iterations);
  }

  set learningRate(value: LearningRate) {
    checkLearningRate(this.name, value);
    this.#learningRate = value;
  }

  get iterations(): number {
    return this.#iterations;
  }

  get slots(): ReadonlyMap<string, Variable> {
    return this.#slots;
  }

  applyGradients(variables: ReadonlyMap<string, Variable>, gradients: ReadonlyMap<string, Tensor>): void {
    this.#check(variables, gradients);
    const moment = { learningRate: this.learningRate, iteration: this.#iterations + 1 };
    tidy(() => {
      const targets = [...gradients].map(([name, g]) => ({ name, g, w: variables.get(name) as Variable }));
      const before = targets.map(({ name, ...known }) => ({ ...known, ...this.#slotsOf(name, known.w.shape) }));
      const after = this.#rule(before as VariableUpdate<Slot>[], moment);
      for (const [k, { name, w }] of targets.entries()) {
        const next = after[k] as UpdatedVariable<Slot>;
        w.assign(next.w);
        for (const [slotName, slot] of this.#slotNames(name)) this.#store(slotName, next[slot]);
      }
    });
    this.#iterations++;
  }

  async state(): Promise<OptimizerState> {
    const { name, iterations } = this;
    return { name, iterations, slots: await savedTensors(this.#slots) };
  }

  restore(variables: ReadonlyMap<string, Variable>, { name, iterations, slots }: OptimizerState): void {
    const where = `${this.name}.restore`;
    if (name !== this.name) throw new ArgumentError(where, `the state of ${this.name}`, `that of ${name}`);
    const expected = new Map<string, Variable>();
    for (const [variableName, target] of variables) {
      const names = this.#slotNames(variableName).map(([slotName]) => slotName);
      // A variable that had no gradient yet has no slots.
      if (names.some((slotName) => slots.has(slotName))) for (const slotName of names) expected.set(slotName, target);
    }
    checkSaved(where, slots, expected);
    this.dispose();
    this.#iterations = iterations;
    for (const slotName of expected.keys())
      tidy(() => this.#store(slotName, loadTensor(slots.get(slotName) as SavedTensor)));
  }

  dispose(): void {
    for (const slot of this.#slots.values()) slot.dispose();
    this.#slots.clear();
    this.#iterations = 0;
  }

  /** TensorFlow's name of each slot of a variable, beside the formula's letter for it. */
  #slotNames(variableName: string): (readonly [string, Slot])[] {
    const letters = Object.keys(this.#firstValues) as Slot[];
    return letters.map((slot, k) => [`${variableName}/${this.name}${k === 0 ? '' : `_${k}`}`, slot]);
  }

  #slotsOf(variableName: string, shape: number[]): Record<Slot, Tensor> {
    const entries = this.#slotNames(variableName).map(([name, slot]) => {
      return [slot, this.#slots.get(name) ?? fill(shape, this.#firstValues[slot])];
    });
    return Object.fromEntries(entries) as Record<Slot, Tensor>;
  }

  #store(name: string, value: Tensor): void {
    const slot = this.#slots.get(name);
    if (slot === undefined) this.#slots.set(name, variable(value, false));
    else slot.assign(value);
  }

  #check(variables: ReadonlyMap<string, Variable>, gradients: ReadonlyMap<string, Tensor>): void {
    const where = `${this.name}.applyGradients`;
    if (gradients.size === 0) {
      const expected = `a gradient of at least one of ${[...variables.keys()].join(', ') || 'the variables'}`;
      throw new ArgumentError(where, expected, 'none', 'Does the loss depend on the model’s variables?');
    }
    for (const [name, { shape }] of gradients) {
      const target = variables.get(name);
      if (target === undefined) {
        throw new ArgumentError(where, `gradients of ${[...variables.keys()].join(', ') || 'no variable'}`, name);
      }
      if (shape.join() !== target.shape.join()) {
        throw new ArgumentError(
          where,
          `the gradient of ${name} to have shape ${shapeText(target.shape)}`,
          shapeText(shape),
        );
      }
      this.#checkSlots(where, name, target);
    }
  }

  #checkSlots(where: string, variableName: string, target: Variable): void {
    for (const [slotName] of this.#slotNames(variableName)) {
      const slot = this.#slots.get(slotName);
      if (slot === undefined || slot.shape.join() === target.shape.join()) continue;
      const expected = `${variableName} to have shape ${shapeText(slot.shape)}, as ${slotName} has`;
      throw new ArgumentError(where, expected, shapeText(target.shape), 'Give each model an optimiser of its own.');
    }
  }
}
