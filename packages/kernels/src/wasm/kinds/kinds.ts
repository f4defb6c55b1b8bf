import { gru } from './gru';
import { gruResetAfter } from './gru-reset-after';
import { lstm } from './lstm';
import { rnn } from './rnn';

/** What the engine can run, in the order of assembly/run.ts. */
export const kinds = { lstm, gru, gruResetAfter, rnn } as const;

export type KindName = keyof typeof kinds;

export const kindNames = Object.keys(kinds) as readonly KindName[];
