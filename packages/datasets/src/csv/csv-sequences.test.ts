import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { saying } from '../dataset-error.fixture';
import { newFolder } from '../new-folder.fixture';
import { csvSequences } from './csv-sequences';

/** A folder with these files. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await newFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const fileOf = async (text: string) => join(await folderOf({ 'all.csv': text }), 'all.csv');

const gestures = {
  'wave/b.csv': 'x,y\n1,2\n3,4\n',
  'wave/a.csv': 'x,y\n5,6\n',
  'point/c.CSV': 'x,y\n7,8\n9,10\n11,12\n',
  'notes.txt': 'not a sequence',
};
const byFolder = /^([^/]+)\//;

const wards = [
  'patient,hour,pulse,outcome,weeks',
  'u7,0,60,well,1.5',
  'u7,1,61,well,1.5',
  'u3,0,70,ill,-2',
  'u3,1,71,ill,-2',
  'u9,0,80,well,4',
  'u9,1,81,well,4',
].join('\n');

test('a folder has a file a sequence, by name; the class is in the name, zeros follow shorter ones, lengths tell', async () => {
  const { train, validation, inputs, classes } = await csvSequences(await folderOf(gestures), { target: byFolder });
  expect({ inputs, classes }).toEqual({ inputs: ['x', 'y'], classes: ['point', 'wave'] });
  expect(train).toMatchObject({ size: 3, inputShape: [3, 2], targetShape: [2] });
  expect(validation.size).toBe(0);
  expect(train.nextBatch(3, { shuffle: false })).toEqual({
    size: 3,
    inputs: Float32Array.of(...[7, 8, 9, 10, 11, 12], ...[5, 6, 0, 0, 0, 0], ...[1, 2, 3, 4, 0, 0]),
    targets: Float32Array.of(1, 0, 0, 1, 0, 1),
    lengths: Int32Array.of(3, 1, 2),
  });
});

test('a shuffled batch keeps inputs, targets and lengths together, and so does a slice', async () => {
  const { train } = await csvSequences(await folderOf(gestures), { target: byFolder, labels: 'integer', seed: 2 });
  const ofLength = new Map([
    [3, { first: 7, target: 0 }],
    [1, { first: 5, target: 1 }],
    [2, { first: 1, target: 1 }],
  ]);
  for (const set of [train, train.slice(1)]) {
    for (const { size, inputs, targets, lengths } of set.batches({ batchSize: 2, shuffle: true, epoch: 1 })) {
      for (let i = 0; i < size; i++) {
        const found = ofLength.get(lengths?.[i] ?? -1);
        expect({ first: inputs[6 * i], target: targets[i] }).toEqual(found);
      }
    }
  }
});

test('one file has an id column; sequences of one length have no lengths', async () => {
  const options = { id: 'patient', target: 'outcome', inputs: ['pulse', 'hour'] };
  const { train, classes } = await csvSequences(await fileOf(wards), options);
  expect(classes).toEqual(['ill', 'well']);
  expect(train.nextBatch(3, { shuffle: false })).toEqual({
    size: 3,
    inputs: Float32Array.of(...[60, 0, 61, 1], ...[70, 0, 71, 1], ...[80, 0, 81, 1]),
    targets: Float32Array.of(0, 1, 1, 0, 0, 1),
  });
});

test('rows of one id need not stand together; inputs are all columns but those of id and target', async () => {
  const mixed = 'weeks,pulse,id,hour\n-2,70,u3,0\n1.5,60,u7,0\n-2,71,u3,1\n4,80,u9,0\n4,81,u9,1\n1.5,61,u7,1\n';
  const { train, inputs, classes } = await csvSequences(await fileOf(mixed), { id: 'id', target: ['weeks'] });
  expect({ inputs, classes }).toEqual({ inputs: ['pulse', 'hour'], classes: [] });
  expect([...train.inputs]).toEqual([70, 0, 71, 1, 60, 0, 61, 1, 80, 0, 81, 1]);
  expect([...train.targets]).toEqual([-2, 1.5, 4]);
  expect(train.targetShape).toEqual([1]);
});

test('targets may stand in a file of their own, by the name of the file or by id', async () => {
  const folder = await folderOf({
    ...gestures,
    'labels.csv': 'file,kind,score\npoint/c.CSV,far,3\nwave/a.csv,near,1\nwave/b.csv,far,2\n',
  });
  const targetFile = join(folder, 'labels.csv');
  const { train, classes } = await csvSequences(folder, { target: 'kind', targetFile, labels: 'integer' });
  expect(classes).toEqual(['far', 'near']);
  expect([...train.targets]).toEqual([0, 1, 0]);
  const scored = await csvSequences(folder, { target: ['score'], targetFile });
  expect([...scored.train.targets]).toEqual([3, 1, 2]);
  const byId = await fileOf('who,grade\nu3,1\nu7,2\nu9,3\n');
  const graded = await csvSequences(await fileOf(wards), {
    ...{ id: 'patient', inputs: ['pulse'], target: ['grade'], targetFile: byId },
  });
  expect([...graded.train.targets]).toEqual([2, 1, 3]);
});

test('classes that are numbers are in the order of numbers; a list of classes fixes the order and may hold others', async () => {
  const text = 'id,x,class\na,1,10\nb,2,9\nc,3,-1\n';
  const options = { id: 'id', target: 'class', labels: 'integer' } as const;
  const found = await csvSequences(await fileOf(text), options);
  expect(found.classes).toEqual(['-1', '9', '10']);
  expect([...found.train.targets]).toEqual([2, 1, 0]);
  const given = await csvSequences(await fileOf(text), { ...options, classes: ['10', 'none', '9', '-1'] });
  expect([...given.train.targets]).toEqual([0, 2, 3]);
});

test('quotes, spaces, empty lines, a byte order mark, other delimiters and line ends, and no header line', async () => {
  const target = ['t'];
  const read = async (text: string, options = {}) => {
    const { train } = await csvSequences(await fileOf(text), { id: 'id', target, ...options });
    return [...train.inputs, ...train.targets];
  };
  expect(await read('\ufeffid,x,t\r\n"a, b", 1.5 ,2\r\n\r\n"a, b",-2e3,2\r\n')).toEqual([1.5, -2000, 2]);
  expect(await read('id;x;t\na;1;2', { delimiter: ';' })).toEqual([1, 2]);
  expect(await read('id\tx\tt\na\t1\t2\n', { delimiter: '\t' })).toEqual([1, 2]);
  expect(await read('a,1,2\na,3,2\n', { columns: ['id', 'x', 't'] })).toEqual([1, 3, 2]);
});

test('a greater length adds zeros', async () => {
  const { train } = await csvSequences(await folderOf(gestures), { target: byFolder, length: 5 });
  expect(train.inputShape).toEqual([5, 2]);
  expect([...train.take(1).inputs]).toEqual([7, 8, 9, 10, 11, 12, 0, 0, 0, 0]);
});

test('validation and test sets are drawn once for all: no sequence twice, the same ones for every seed', async () => {
  const text = ['id,x,t', ...Array.from({ length: 20 }, (_, i) => `s${i},${i},${i}`)].join('\n');
  const path = await fileOf(text);
  const parts = async (seed: number) => {
    const sets = await csvSequences(path, { id: 'id', target: ['t'], validationSize: 4, testSize: 6, seed });
    expect(sets.train.seed).toBe(seed);
    return [sets.train, sets.validation, sets.test].map((set) => [...set.inputs]);
  };
  const found = await parts(1);
  expect(found.map((numbers) => numbers.length)).toEqual([10, 4, 6]);
  const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
  for (const numbers of found) expect(numbers).toEqual(ascending(numbers)); // in the order in which they are stored
  expect(ascending(found.flat())).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(found[2]).not.toEqual([0, 1, 2, 3, 4, 5]);
  expect(await parts(2)).toEqual(found);
});

test.each([
  ['a folder', async () => [await folderOf(gestures), { target: byFolder }] as const],
  [
    'one file',
    async () => [await fileOf(wards), { id: 'patient', inputs: ['pulse', 'hour'], target: 'outcome' }] as const,
  ],
  [
    'one file with quotes, a byte order mark and no header line',
    async () =>
      [
        await fileOf('\ufeff"é, 1",1.1,2\r\n\r\n"é, 1",0.3,2\r\nb,-1e-3,4\r\nc,7,5'),
        { id: 'id', target: ['t'], columns: ['id', 'x', 't'] },
      ] as const,
  ],
])('read from the disk, %s gives the same batches to the bit', async (_, make) => {
  const [path, options] = await make();
  const shared = { ...options, testSize: 1, seed: 3 };
  const inMemory = await csvSequences(path, shared);
  const onDisk = await csvSequences(path, { ...shared, stream: true });
  for (const part of ['train', 'test'] as const) {
    const draw = { batchSize: 2, shuffle: true, epoch: 4 };
    expect([...onDisk[part].batches(draw)]).toEqual([...inMemory[part].batches(draw)]);
    expect(onDisk[part].inputs).toEqual(inMemory[part].inputs);
  }
});

test('read from the disk, a file that vanishes or changes is told at the batch that wants it', async () => {
  const folder = await folderOf(gestures);
  const { train } = await csvSequences(folder, { target: byFolder, stream: true });
  const path = join(folder, 'wave/a.csv');
  await writeFile(path, 'x,y\n5,6\n7,8\n');
  expect(train.take(1).nextBatch(1).inputs[0]).toBe(7);
  expect(() => train.nextBatch(3)).toThrow(
    saying(
      `${path}: expected 8 bytes, as when the set was made, got 12. Put the file back as it was, or make the set anew.`,
    ),
  );
  await rm(path);
  expect(() => train.nextBatch(3)).toThrow(`${path}: expected the file that the set was made of, got ENOENT`);
});

test('read from the disk, numbers are kept nowhere else', async () => {
  const path = await fileOf('id,x,t\na,1,5\nb,2,5\n');
  await utimes(path, 1_000, 1_000);
  const { train } = await csvSequences(path, { id: 'id', target: ['t'], stream: true });
  await writeFile(path, 'id,x,t\na,8,5\nb,9,5\n');
  await utimes(path, 1_000, 1_000); // nobody can tell
  expect([...train.nextBatch(2, { shuffle: false }).inputs]).toEqual([8, 9]);
});

const fill = 'Fill it in, leave the row out, or name other columns.';

test.each([
  [
    'a cell that is missing',
    'id,x,t\na,1,2\n\na,,2\n',
    {},
    `, line 4: expected a number in column x, got nothing. ${fill}`,
  ],
  [
    'a cell that is no number',
    'id,x,t\na,1.2.3,2\n',
    {},
    `, line 2: expected a number in column x, got '1.2.3'. ${fill}`,
  ],
  ['a number beyond float32', 'id,x,t\na,1e39,2\n', {}, `, line 2: expected a number in column x, got '1e39'. ${fill}`],
  ['NaN', 'id,x,t\na,NaN,2\n', {}, `, line 2: expected a number in column x, got 'NaN'. ${fill}`],
  ['a target that is missing', 'id,x,t\na,1,\n', {}, `, line 2: expected a number in column t, got nothing. ${fill}`],
  ['a class that is missing', 'id,x,t\na,1,\n', { target: 't' }, ', line 2: expected a class in column t, got nothing'],
  [
    'a class that is not in the list',
    'id,x,t\na,1,p\nb,1,r\n',
    { target: 't', classes: ['p', 'q'] },
    ", line 3: expected one of the classes p, q, got 'r'",
  ],
  ['an id that is missing', 'id,x,t\na,1,2\n,1,2\n', {}, ', line 3: expected a value in column id, got nothing'],
  ['a short row', 'id,x,t\na,1,2\na,1\n', {}, ', line 3: expected 3 cells, one for each column, got 2'],
  ['a long row', 'id,x,t\na,1,2,3\n', {}, ', line 2: expected 3 cells, one for each column, got 4'],
  [
    'a target that changes',
    'id,x,t\na,1,2\nb,1,3\na,1,3\n',
    {},
    ", line 4: expected t to be '2' in all rows of sequence a, got '3'",
  ],
  [
    'rows that stand apart, to be read from the disk',
    'id,x,t\na,1,2\nb,1,2\na,1,2\n',
    { stream: true },
    ', line 4: expected the rows of sequence a to stand together, since they are read from the disk, got one after those of another sequence. Sort the file, or leave stream out.',
  ],
  ['an input that is no column', 'id,x,t\na,1,2\n', { inputs: ['z'] }, ': expected a column z, got id, x, t'],
  ['no input', 'id,t\na,1\n', {}, ': expected a column for inputs, got none'],
  ['a header and nothing else', 'id,x,t\n', {}, ': expected a row of data, got none'],
  [
    'a column twice',
    'id,x,x\na,1,2\n',
    {},
    ": expected columns of different names in its first line, got 'x' twice. If the first line is data, name the columns with the option columns.",
  ],
  [
    'a quote that is not closed',
    'id,x,t\na,"1,2\n',
    {},
    ': expected CSV, got Quote Not Closed: the parsing is finished with an opening quote at line 2',
  ],
  [
    'a sequence that is too long',
    'id,x,t\na,1,2\nb,1,2\nb,1,2\n',
    { length: 1 },
    ': expected sequence b to have at most 1 steps, got 2. Choose a greater length, or cut the sequence into several.',
  ],
])('%s is told', async (_, text, options, sentence) => {
  const path = await fileOf(text);
  await expect(csvSequences(path, { id: 'id', target: ['t'], ...options })).rejects.toThrow(
    saying(`${path}${sentence}`),
  );
});

test('what does not fit a folder is told', async () => {
  const told = async (files: Readonly<Record<string, string>>, options: object, where: string, sentence: string) => {
    const folder = await folderOf(files);
    await expect(csvSequences(folder, { target: byFolder, ...options })).rejects.toThrow(
      saying(`${where.replace('FOLDER', folder)}: expected ${sentence.replace('FOLDER', folder)}`),
    );
  };
  const remedy = 'A folder has a file a sequence, one file has an id column.';
  await told({ 'notes.txt': '' }, {}, 'FOLDER', 'files that end in .csv, got none');
  await told(gestures, { id: 'x' }, 'FOLDER', `one file with the option id, got a folder. ${remedy}`);
  await told(
    { ...gestures, 'wave/z.csv': 'y,x\n1,2\n' },
    {},
    'FOLDER/wave/z.csv',
    'the columns of FOLDER/point/c.CSV, x, y, got y, x',
  );
  await told(
    gestures,
    { target: /^(\d+)/ },
    'point/c.CSV',
    '/^(\\d+)/ to find a class in the name, got none. Its first group, in parentheses, is to be the class; it needs no flag g.',
  );
  const path = await fileOf(wards);
  await expect(csvSequences(path, { target: 'outcome' })).rejects.toThrow(
    saying(`${path}: expected the option id with one file, got none. ${remedy}`),
  );
  await expect(csvSequences('/not/there', { target: 'x' })).rejects.toThrow(
    saying('/not/there: expected a CSV file or a folder of them, got ENOENT. Is the path right?'),
  );
});

test('what does not fit a file of targets is told', async () => {
  const told = async (text: string, sentence: string) => {
    const targetFile = await fileOf(text);
    const options = { id: 'patient', inputs: ['pulse'], target: 'grade', targetFile };
    await expect(csvSequences(await fileOf(wards), options)).rejects.toThrow(saying(`${targetFile}${sentence}`));
  };
  await told('who,grade\nu3,1\nu7,1\n', ': expected a row for u9, got none');
  await told('who,grade\nu3,1\nu3,1\n', ', line 3: expected one row for each sequence, got a second one for u3');
  await told('who,mark\nu3,1\n', ': expected a column grade, got who, mark');
  const targetFile = await fileOf('who,grade\n');
  await expect(csvSequences(await folderOf(gestures), { target: byFolder, targetFile })).rejects.toThrow(
    saying(`csvSequences: expected target to name columns of targetFile, got ${byFolder}. Leave one of the two out.`),
  );
});

test.each([
  [{ labels: 'onehot' }, "labels to be 'one-hot' or 'integer', got onehot"],
  [{ length: 0 }, 'length to be a whole number from 1 up, got 0'],
  [
    { testSize: 2, validationSize: 1 },
    'validationSize and testSize to be whole numbers that leave some of 3 sequences, got 1 and 2',
  ],
  [{ testSize: 0.5 }, 'validationSize and testSize to be whole numbers that leave some of 3 sequences, got 0 and 0.5'],
  [{ seed: -1 }, 'seed to be an integer from 0 to 2^53 - 1, got -1'],
])('options %o are refused', async (options, sentence) => {
  const folder = await folderOf(gestures);
  await expect(csvSequences(folder, { target: byFolder, ...(options as object) })).rejects.toThrow(
    saying(`csvSequences: expected ${sentence}`),
  );
});
