import { dirname, join } from 'node:path';
import { include_dir } from 'node-api-headers';
import { installFailure } from './install-failure';
import { firstThatRuns, runProgram } from './run-program';

const install = 'Install one (on Debian: apt-get install g++).';

/** The user's C++ compiler: $CXX, or the first on the PATH. Throws where there is none, before anything is downloaded. */
export async function findCompiler(): Promise<readonly string[]> {
  const { CXX } = process.env;
  const compiler = await firstThatRuns(CXX ? [CXX.split(' ')] : [['g++'], ['clang++'], ['c++']]);
  if (!compiler) throw installFailure('a C++ compiler on the PATH', CXX ? `a $CXX that does not run` : 'none', install);
  return compiler;
}

export interface BindingParts {
  readonly compiler: readonly string[];
  /** The folder of @tensorflow/tfjs-node-gpu, with the binding's sources. */
  readonly nodePackage: string;
  /** The folder in which the wheel is unpacked now, */
  readonly folder: string;
  /** and the one in which it will be when the binding is loaded. */
  readonly home: string;
  /** Libraries in it to link with beside TensorFlow's: `nvidia/cudnn/lib/libcudnn.so.9`. */
  readonly libraries: readonly string[];
}

/** Compiles the binding of tfjs-node-gpu for the TensorFlow in a folder, into the file `output`. */
export async function compileBinding(
  { compiler, nodePackage, folder, home, libraries }: BindingParts,
  output: string,
  interrupted: AbortSignal,
): Promise<void> {
  const folders = ['tensorflow', ...new Set(libraries.map((path) => dirname(path)))];
  const names = [
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so.2',
    ...libraries.map((path) => path.split('/').pop()),
  ];
  const command = [
    ...compiler,
    ...['-std=c++17', '-O2', '-fPIC', '-shared'],
    ...['-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION', '-DNODE_GYP_MODULE_NAME=tfjs_binding'],
    ...[include_dir, join(folder, 'tensorflow/include'), join(nodePackage, '..')].map((path) => `-I${path}`),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(nodePackage, 'binding', name)),
    ...folders.flatMap((path) => [`-L${join(folder, path)}`, `-Wl,-rpath,${join(home, path)}`]),
    // Also those of which the binding itself uses nothing.
    '-Wl,--no-as-needed',
    ...names.map((name) => `-l:${name}`),
    ...['-o', output],
  ];
  const ran = await runProgram(command, { interrupted });
  if (!ran?.done) {
    throw installFailure(
      `${compiler.join(' ')} to compile the binding`,
      ran?.lastWords || 'nothing',
      'Try another compiler with CXX=….',
    );
  }
}
