import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

/** The font of every picture, which comes with npm: a machine need not have one, and a PNG looks the same on each. */
export const pictureFont = {
  family: 'Open Sans',
  files: ['400Regular/OpenSans_400Regular.ttf', '600SemiBold/OpenSans_600SemiBold.ttf'].map((file) =>
    resolve(`@expo-google-fonts/open-sans/${file}`),
  ),
};
