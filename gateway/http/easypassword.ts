import { easyPassword } from '../../rules/password/easy.ts'
import { fail } from '../core/errors.ts'
import type { Deps } from './deps.ts'

/** What everybody knows of the product; the site's names come from the site. */
const PRODUCT = ['gatehouse', 'menfang', '门房']

/**
 * Throws `password-easy` for a new password that is among those tried first [ASVS 5.0, 6.1.2, 6.2.4, 6.2.11].
 * @param names of the person, and of a site that is only being made
 */
export function refuseEasy(deps: Pick<Deps, 'plant'>, password: string, ...names: readonly string[]): void {
  const site = deps.plant()?.site
  const known = site ? [site.id, site.name['zh-CN'], site.name.en] : []
  if (easyPassword(password, [...PRODUCT, ...known, ...names])) fail('password-easy')
}
