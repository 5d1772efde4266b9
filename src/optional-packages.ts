// Packages that are not installed with vaezip, because most people do without what needs them.
import { VaezipError } from '../codec/error.ts';

/**
 * Imports what needs optional packages, as in `withPackages('the plot', ['vega'], () => import('./plot.ts'))`.
 * Throws VaezipError 'missing-package', with the npm command that helps, where they cannot be imported.
 */
export async function withPackages<T>(
  name: string,
  packages: readonly string[],
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    throw new VaezipError(
      'missing-package',
      missing
        ? `${name} is not installed: npm install ${packages.join(' ')}`
        : `${name} is installed, but does not load: ${message}`,
      { cause },
    );
  }
}
