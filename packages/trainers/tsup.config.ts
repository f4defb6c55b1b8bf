import { library } from '../../tsup.base';

export default library({
  // In CommonJS too, so that its entries share one NotFiniteError.
  splitting: true,
  entry: {
    index: 'src/index.ts',
    checkpoints: 'src/checkpoints/index.ts',
    logs: 'src/logs/index.ts',
    'progress-bar': 'src/progress-bar/progress-bar.ts',
    signals: 'src/signals/stop-on-signals.ts',
  },
});
