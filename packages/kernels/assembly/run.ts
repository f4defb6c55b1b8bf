// What a thread is told to run: Sequences of any kinds, one after the other. The layers of a stack are such a list, upward or downward: each
// reads what the one before it has written.
import { gruBackward, gruForward } from './gru';
import { gruResetAfterBackward, gruResetAfterForward } from './gru-reset-after';
import { lstmBackward, lstmForward } from './lstm';
import { rnnBackward, rnnForward } from './rnn';
import { Sequence } from './sequence';

/** The kinds in the order of src/wasm/kinds/kinds.ts. */
const enum Kind {
  Lstm,
  Gru,
  GruResetAfter,
  Rnn,
}

export function forward(first: usize): void {
  for (let at = first; at; at = changetype<Sequence>(at).after) {
    const q = changetype<Sequence>(at);
    switch (q.kind) {
      case Kind.Lstm: lstmForward(q); break;
      case Kind.Gru: gruForward(q); break;
      case Kind.GruResetAfter: gruResetAfterForward(q); break;
      case Kind.Rnn: rnnForward(q); break;
    }
  }
}

export function backward(first: usize): void {
  for (let at = first; at; at = changetype<Sequence>(at).after) {
    const q = changetype<Sequence>(at);
    switch (q.kind) {
      case Kind.Lstm: lstmBackward(q); break;
      case Kind.Gru: gruBackward(q); break;
      case Kind.GruResetAfter: gruResetAfterBackward(q); break;
      case Kind.Rnn: rnnBackward(q); break;
    }
  }
}
