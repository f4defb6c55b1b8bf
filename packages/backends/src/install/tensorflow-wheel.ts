/** The TensorFlow that the binding is built for where no other wheel is handed over. */
export const tensorflowVersion = '2.21.0';

const include = 'tensorflow/include';

/** All that the binding needs of the wheel `tensorflow` or `tensorflow-cpu`: two libraries, and the headers of the C interface. */
export const neededFiles: readonly string[] = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  ...['c_api', 'c_api_macros', 'tf_attrtype', 'tf_buffer', 'tf_datatype', 'tf_status', 'tf_tensor', 'tf_tstring'].map(
    (name) => `${include}/tensorflow/c/${name}.h`,
  ),
  `${include}/tensorflow/c/eager/c_api.h`,
  `${include}/tensorflow/core/platform/ctstring.h`,
  `${include}/tensorflow/core/platform/ctstring_internal.h`,
  `${include}/tsl/platform/ctstring.h`,
  `${include}/tsl/platform/ctstring_internal.h`,
  `${include}/xla/tsl/c/tsl_status.h`,
];

/** "tensorflow_cpu-2.21.0" of ".../tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl"; nothing for another file. */
export const wheelName = (file: string): string | undefined =>
  /(tensorflow(?:_cpu)?-[0-9][^-/]*)-[^/]*\.whl$/.exec(file)?.[1];
