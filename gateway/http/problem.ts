import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { type ErrorCode, errors, fill, GatehouseError, languageOf, type Params } from '../core/errors.ts'
import type { Log } from '../core/log.ts'

const TITLES = { 'zh-CN': '请求未完成', en: 'The request was not carried out' }

/** SQLite's words for a disk that is full, read-only or broken [sqlite.org/rescode]. */
const DISK = new Map([
  [8, 'read-only'],
  [10, 'I/O error'],
  [13, 'disk full'],
  [14, 'cannot open'],
])

/** The one place where an error becomes an answer [RFC 9457]. What is not in the table is logged and told as `internal`. */
export function answerProblem(
  log: Log,
  error: FastifyError | GatehouseError,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const [code, params, extra] = classify(error)
  const known = errors[code]
  const id = request.id
  if (known.status >= 500) log.error({ id, error, url: request.url }, 'request failed')
  const language = languageOf(request.headers['accept-language'])
  if (code === 'too-many-attempts') void reply.header('retry-after', String(params.seconds))
  void reply
    .code(known.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', language)
    .serializer(JSON.stringify)
    .send({
      type: `urn:gatehouse:problem:${code}`,
      code,
      title: TITLES[language],
      detail: fill(known[language], { ...params, id }),
      status: known.status,
      ...extra,
    })
}

function classify(error: FastifyError | GatehouseError): [ErrorCode, Params, object | undefined] {
  if (error instanceof GatehouseError) return [error.code, error.params, error.extra]
  if (hasZodFastifySchemaValidationErrors(error)) {
    const first = error.validation[0]
    const where = `${error.validationContext ?? ''}${first?.instancePath ?? ''}`
    return ['invalid-input', { where, why: first?.message ?? '' }, undefined]
  }
  const sqlite = error as { errcode?: number; code?: string; message: string; statusCode?: number }
  if (sqlite.code === 'ERR_SQLITE_ERROR') {
    const why = DISK.get((sqlite.errcode ?? 0) & 0xff)
    if (why) return ['cannot-write', { why }, undefined]
  }
  if (['ENOSPC', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EDQUOT', 'EISDIR'].includes(sqlite.code ?? ''))
    return ['cannot-write', { why: sqlite.code! }, undefined]
  if (sqlite.statusCode === 413) return ['body-too-large', {}, undefined]
  if (sqlite.statusCode === 415) return ['unsupported-media', {}, undefined]
  if (sqlite.statusCode === 404) return ['not-found', { what: '' }, undefined]
  if (sqlite.statusCode !== undefined && sqlite.statusCode < 500)
    return ['invalid-input', { where: '', why: sqlite.message }, undefined]
  return ['internal', {}, undefined]
}
