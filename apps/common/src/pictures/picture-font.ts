import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The font of every picture, which comes with npm: a machine need not have one, and a PNG looks the same on each. */
export const pictureFont = {
  family: 'Open Sans',
  files: [
    require.resolve('@expo-google-fonts/open-sans/400Regular/OpenSans_400Regular.ttf'),
    require.resolve('@expo-google-fonts/open-sans/600SemiBold/OpenSans_600SemiBold.ttf'),
  ],
};
