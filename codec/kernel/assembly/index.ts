// Entry of the WebAssembly kernel: everything that decides a bit of a stream. Compiled by AssemblyScript, not by tsc.
// Functions take addresses into one shared memory; they allocate nothing and keep no state of their own.
// biome-ignore-all assist/source/organizeImports: the order of modules is that of the functions in the binary

/** First address past the kernel's own constants. */
export function heapBase(): usize {
  return __heap_base;
}

export { crc32Tables, crc32Update } from '../../bytes/assembly/crc32';
export { peek, pop, push, seedWord } from '../../ans/assembly/rans';
export { popMany, pushManyForward, pushManyReverse } from '../../ans/assembly/bulk';
export * from '../../distributions/assembly/elementary';
export * from '../../distributions/assembly/normal';
export * from '../../distributions/assembly/gaussian';
export * from '../../distributions/assembly/gaussian-vector';
export {
  logisticCumulative,
  logisticVectorLog2Probability,
  logisticVectorPop,
  logisticVectorPush,
} from '../../distributions/assembly/discretized-logistic';
export {
  discretizedGaussianCumulative,
  discretizedGaussianVectorLog2Probability,
  discretizedGaussianVectorPop,
  discretizedGaussianVectorPush,
} from '../../distributions/assembly/discretized-gaussian';
export * from '../../distributions/assembly/table';
export {
  bernoulliVectorLog2Probability,
  bernoulliVectorPop,
  bernoulliVectorPush,
} from '../../distributions/assembly/bernoulli-vector';
export {
  mixtureCumulative,
  mixtureFind,
  mixtureGradient,
  mixtureProbability,
  mixtureSet,
  roughMixtureFind,
  roughMixtureGradient,
  roughMixtureInterval,
  roughMixtureSet,
} from '../../distributions/assembly/logistic-mixture';
export {
  deepCumulative,
  deepFind,
  deepGradient,
  deepInterval,
  deepMixtureSet,
  openDeepLevels,
} from '../../distributions/assembly/deep-mixture';
export {
  clearValueMixer,
  mixedSample,
  openMixedRow,
  roughMixedSample,
} from '../../planes/mixing/assembly/value-mixer';
export { planesLikelihood } from '../../planes/assembly/run';
export { staticExport, staticRun, staticStart } from '../../planes/static/assembly/run';
export {
  networkAdd,
  networkConvolution,
  networkDense,
  networkElu,
  networkExp,
  networkPad,
} from '../../network/assembly/layers';
export {
  networkAddColumns,
  networkEluGradient,
  networkFilterGradient,
} from '../../network/assembly/gradients';
export {
  backward as learnerBackward,
  forward as learnerForward,
  learn as learnerLearn,
} from '../../network/assembly/learner';
export { learningRun, learningStart } from '../../planes/learning/assembly/run';
export {
  backward as skipLearnerBackward,
  forward as skipLearnerForward,
  learn as skipLearnerLearn,
} from '../../network/assembly/skip-learner';
export { quickRun, quickStart } from '../../planes/quick/assembly/run';
export { clearCorrections, correct, learnCorrections } from '../../planes/online/assembly/corrections';
export { originLookAt } from '../../planes/online/assembly/run';
export {
  digitsBottomPosterior,
  digitsBottomPrior,
  digitsLikelihood,
  digitsPop,
  digitsPush,
  digitsTopPosterior,
} from '../../digits/assembly/chain';
export {
  levelCumulative,
  levelEdges,
  levelFind,
  levelInterval,
  levelMixtureSet,
} from '../../digits/assembly/levels';
export { digitsIntervals, digitsStart } from '../../digits/assembly/pixels';
export { thumbsGradient } from '../../thumbs/assembly/learning';
export { thumbsIntervals, thumbsPop } from '../../thumbs/assembly/pixels';
export { binaryIntervals, binaryPop, binaryProbabilities, binarySample } from '../../binary/assembly/pixels';
export { screenInitial } from '../../screen/assembly/parameters';
export { screenLikelihood, screenRun, screenStart } from '../../screen/assembly/run';
