import { GatehouseError } from '../core/errors.ts'
import { MOST_DEEP, mayBeUnkeepable, tooDeep, unkeepableIn } from '../core/jsonlimits.ts'
import type { App } from './deps.ts'

/** What systems of call centres send; what is said to be GBK is mostly GB18030, which holds all of it. */
const charsets: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  gb18030: 'gb18030',
}

/**
 * Takes JSON in UTF-8, or in GBK when the header says so. Text in another encoding is refused, never kept as question marks:
 * a room number that nobody can read is worse than none; nor one that could not be kept as it is. Answers `body-charset`,
 * `body-sign`, and `body-deep` for what nobody could walk through.
 */
export function takeJson(app: App) {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const said = /charset\s*=\s*"?([\w-]+)/i.exec(request.headers['content-type'] ?? '')?.[1]?.toLowerCase() ?? 'utf-8'
    const charset = charsets[said]
    let text: string
    try {
      if (charset === undefined) throw new Error(said)
      text = new TextDecoder(charset, { fatal: true }).decode(body as Buffer)
    } catch {
      done(new GatehouseError('body-charset', { charset: said.toUpperCase() }))
      return
    }
    if (tooDeep(text) !== null) {
      done(new GatehouseError('body-deep', { most: MOST_DEEP }))
      return
    }
    void parse(request, text, (error, value) => {
      const where = error === null && mayBeUnkeepable(text) ? unkeepableIn(value) : null
      done(where === null ? error : new GatehouseError('body-sign', { where: where.slice(0, 100) }), value)
    })
  })
}
