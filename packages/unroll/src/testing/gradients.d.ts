// The tests import the built entry; this lets them be type-checked before it is built.
declare module '@rnn/cells/gradients';
