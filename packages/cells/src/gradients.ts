// The peer comes first: whichever copy of tfjs-core is loaded first makes the engine that all copies share, and the copy bundled below holds
// only what gradients need.
import '@tensorflow/tfjs-core';
// tfjs-core registers no gradients by itself, and plain Node cannot import the file that does, whose own imports lack their extensions.
// tsup bundles it into this entry; it registers in the registry that all copies share.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
