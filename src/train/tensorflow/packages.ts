// TensorFlow.js is imported by modules here at their start: whoever loads them from elsewhere does it by this function.
import { withPackages } from '../../optional-packages.ts';

/** As one needs them to train on any machine. */
const PACKAGES = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-cpu',
];

/**
 * What `load` imports. Throws VaezipError 'missing-package', with the npm command that helps, without TensorFlow.js.
 */
export function withTensorFlow<T>(load: () => Promise<T>): Promise<T> {
  return withPackages('TensorFlow.js', PACKAGES, load);
}
