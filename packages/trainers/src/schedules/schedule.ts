/**
 * The learning rate of an update, from how many were made before it. A pure function, so that a run that is stopped and goes on has the rates
 * of one that was not; any function of a program's own serves.
 */
export type Schedule = (step: number) => number;

/** A rate, or what gives it at each step. */
export type LearningRate = number | Schedule;
