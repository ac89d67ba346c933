import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { storageTrouble } from '../core/disk.ts'
import { type ErrorCode, errors, fill, GatehouseError, languageOf, type Params } from '../core/errors.ts'
import { issueText } from '../core/issues.ts'
import type { Log } from '../core/log.ts'

const TITLES = { 'zh-CN': '请求未完成', en: 'The request was not carried out' }

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
  if (known.status === 403) {
    const { method, ip: address } = request
    const route = request.routeOptions.url ?? ''
    log.warn({ id, code, method, route, address, name: request.identity?.user.name }, 'request refused')
  }
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
      detail: fill(known[language], { ...params, id }, language),
      status: known.status,
      ...extra,
    })
}

function classify(error: FastifyError | GatehouseError): [ErrorCode, Params, object | undefined] {
  if (error instanceof GatehouseError) return [error.code, error.params, error.extra]
  if (hasZodFastifySchemaValidationErrors(error)) {
    const first = error.validation[0]
    const where = `${error.validationContext ?? ''}${first?.instancePath ?? ''}`
    if (!first) return ['invalid-input', { where, why: '' }, undefined]
    // The provider spreads the issue over the fields of its own kind of error.
    const issue = { ...first.params, code: first.keyword, message: first.message, path: [] }
    return ['invalid-input', { where, why: issueText(issue as never) }, undefined]
  }
  const sqlite = error as { errcode?: number; code?: string; message: string; statusCode?: number }
  const disk = storageTrouble(error)
  if (disk) return ['cannot-write', { why: disk }, undefined]
  if (sqlite.statusCode === 413) return ['body-too-large', {}, undefined]
  if (sqlite.statusCode === 415) return ['unsupported-media', {}, undefined]
  if (sqlite.statusCode === 404) return ['not-found', { what: '' }, undefined]
  if (sqlite.statusCode !== undefined && sqlite.statusCode < 500)
    return ['invalid-input', { where: '', why: sqlite.message }, undefined]
  return ['internal', {}, undefined]
}
