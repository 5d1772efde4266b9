// An image by bits back with two layers of latents, in Bit-Swap order (codec/bitsback/bit-swap.ts): in one call, since
// a digit takes a tenth of a millisecond.

import { pushManyReverse } from '../../ans/assembly/bulk';
import {
  gaussianVectorCentres,
  gaussianVectorLog2Density,
  gaussianVectorPop,
  gaussianVectorPush,
  uniformVectorPop,
  uniformVectorPush,
} from '../../distributions/assembly/gaussian-vector';
import { MIXTURE_PRECISION } from '../../distributions/assembly/logistic-mixture';
import { networkDense, networkExp, networkLeaky } from '../../network/assembly/layers';
import { DigitsJob, DigitsLayer } from './job';
import { digitsIntervals, digitsSee, INK_PRECISION, popPixels } from './pixels';
import { BINS_LOG2, BOTTOM, CELLS, TOP } from './sizes';

/** q(z1 | x) of the image that is in place. */
export function digitsBottomPosterior(address: usize): void {
  const job = changetype<DigitsJob>(address);
  digitsSee(address);
  hiddenLayer(job, job.encoderHidden, job.seen);
  gaussian(job, job.encoderBottom, BOTTOM);
}

/** q(z2 | z1). */
export function digitsTopPosterior(address: usize): void {
  const job = changetype<DigitsJob>(address);
  hiddenLayer(job, job.encoderMiddle, job.bottom);
  gaussian(job, job.encoderTop, TOP);
}

/** p(z1 | z2). */
export function digitsBottomPrior(address: usize): void {
  const job = changetype<DigitsJob>(address);
  hiddenLayer(job, job.decoderTop, job.top);
  gaussian(job, job.decoderBottom, BOTTOM);
}

/** What p(x | z1) needs of z1. */
export function digitsLikelihood(address: usize): void {
  const job = changetype<DigitsJob>(address);
  hiddenLayer(job, job.inkHidden, job.bottom);
  dense(job.inkOutput, job.inkLogits, job.hidden);
  dense(job.decoderHidden, job.grid, job.bottom);
}

/** Pushes the image that is in place, at most PIXELS + CELLS + BOTTOM + TOP words. */
export function digitsPush(address: usize, message: usize): void {
  const job = changetype<DigitsJob>(address);
  digitsBottomPosterior(address);
  popBottom(job, message);
  job.kl = bottomDensity(job);
  digitsLikelihood(address);
  job.likelihood = digitsIntervals(address);
  pushManyReverse(message, job.intervals, job.count, MIXTURE_PRECISION);
  pushManyReverse(message, job.inkIntervals, CELLS, INK_PRECISION);
  digitsTopPosterior(address);
  const sigma = job.gaussian + 4 * <usize>TOP;
  gaussianVectorPop(message, job.topBins, job.topMean, job.topScale, job.gaussian, sigma, TOP, BINS_LOG2);
  topValues(job);
  job.kl += gaussianVectorLog2Density(job.top, job.gaussian, sigma, TOP);
  digitsBottomPrior(address);
  job.kl -= bottomDensity(job);
  pushBottom(job, message);
  job.kl -= gaussianVectorLog2Density(job.top, job.topMean, job.topScale, TOP);
  uniformVectorPush(message, job.topBins, TOP, BINS_LOG2);
}

/** Pops an image, which then is in place; it pushes BOTTOM + TOP words at most. */
export function digitsPop(address: usize, message: usize): void {
  const job = changetype<DigitsJob>(address);
  uniformVectorPop(message, job.topBins, TOP, BINS_LOG2);
  topValues(job);
  digitsBottomPrior(address);
  popBottom(job, message);
  digitsTopPosterior(address);
  const sigma = job.gaussian + 4 * <usize>TOP;
  gaussianVectorPush(message, job.topBins, job.topMean, job.topScale, job.gaussian, sigma, TOP, BINS_LOG2);
  digitsLikelihood(address);
  popPixels(job, message);
  digitsBottomPosterior(address);
  pushBottom(job, message);
}

@inline
function popBottom(job: DigitsJob, message: usize): void {
  const sigma = job.gaussian + 4 * <usize>BOTTOM;
  const bottomBins = job.bottomBins;
  const bottomMean = job.bottomMean;
  const bottomScale = job.bottomScale;
  gaussianVectorPop(message, bottomBins, bottomMean, bottomScale, job.gaussian, sigma, BOTTOM, BINS_LOG2);
  gaussianVectorCentres(job.bottom, bottomBins, bottomMean, bottomScale, BOTTOM, BINS_LOG2);
}

@inline
function pushBottom(job: DigitsJob, message: usize): void {
  const sigma = job.gaussian + 4 * <usize>BOTTOM;
  gaussianVectorPush(
    message,
    job.bottomBins,
    job.bottomMean,
    job.bottomScale,
    job.gaussian,
    sigma,
    BOTTOM,
    BINS_LOG2,
  );
}

@inline
function bottomDensity(job: DigitsJob): f64 {
  return gaussianVectorLog2Density(job.bottom, job.gaussian, job.gaussian + 4 * <usize>BOTTOM, BOTTOM);
}

@inline
function topValues(job: DigitsJob): void {
  gaussianVectorCentres(job.top, job.topBins, job.topMean, job.topScale, TOP, BINS_LOG2);
}

@inline
function hiddenLayer(job: DigitsJob, layer: DigitsLayer, x: usize): void {
  dense(layer, job.hidden, x);
  networkLeaky(job.hidden, layer.outputs);
}

/** The Gaussian of `size` numbers that a layer of the hidden one gives. */
@inline
function gaussian(job: DigitsJob, layer: DigitsLayer, size: i32): void {
  dense(layer, job.gaussian, job.hidden);
  networkExp(job.gaussian + 4 * <usize>size, size);
}

@inline
function dense(layer: DigitsLayer, out: usize, x: usize): void {
  networkDense(out, x, 1, layer.inputs, layer.weights, layer.bias, layer.outputs);
}
