// Codes the images of one size by each model. Nothing is decoded: that what is coded comes back is for the tests.

/**
 * @typedef {{net: number, kl: number}} Rate bits/dim on the message, and of them KL: over all images of the size
 * @typedef {{size: number, images: number, rates: Record<string, Rate | null>}} Row null for models that are not here
 * @param {import('../common/photo.js').Photo[]} images of one size
 * @param {Record<string, import('./models.js').Model>} models
 * @returns {Promise<Row>}
 */
export async function measureSize(images, models, { threads, notice }) {
  const size = images[0].width;
  const rates = {};
  for (const [name, model] of Object.entries(models)) {
    rates[name] = model && (await rateOf(model.codec, images, threads));
    if (model) notice(`${size}: ${model.title} ${rates[name].net.toFixed(4)}`);
  }
  return { size, images: images.length, rates };
}

async function rateOf(model, images, threads) {
  const total = { net: 0, kl: 0 };
  let dims = 0;
  for (const image of images) {
    const shape = { ...image, bitDepth: 8, images: 1 };
    const { lengths } = await model.open(shape, { threads }).encode(image.data);
    total.net += lengths.net;
    total.kl += lengths.kl;
    dims += image.data.length;
  }
  return { net: total.net / dims, kl: total.kl / dims };
}
