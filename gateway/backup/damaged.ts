import { fail } from '../core/errors.ts'

/** A backup that is not whole, or was changed: what of it, in both languages. Throws `backup-damaged`. */
export const damaged = (zh: string, en: string): never => fail('backup-damaged', { why: { 'zh-CN': zh, en } })
