import { program } from '../tsup.base';

export default program({
  entry: ['src/main.ts', 'src/long-run.ts', 'src/tensorflow-bar.ts', 'src/gpu/pack.ts', 'src/gpu/run.ts'],
  external: ['@resvg/resvg-js', 'vega', 'vega-lite', '@expo-google-fonts/open-sans'], // for the apps' pictures; no program here draws one
});
