import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { email } from './email.ts'
import { lineOf, type Told } from './message.ts'

/** What is asked of a channel's server. */
export interface Request {
  readonly url: string
  readonly method: 'POST' | 'GET'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}
export interface Reply {
  readonly status: number
  readonly text: string
}
/** How a kind of channel puts a message, and what it takes for success. Adding a kind is an entry of `kinds`. */
interface Kind<C> {
  readonly schema: z.ZodType<C>
  /** What of the options is never shown again. Whoever changes where it goes gives these anew. */
  readonly secrets: readonly string[]
  /** What is told to each person by himself; null: one message for all. */
  readonly each: 'phone' | 'email' | null
  /** One request for each receiver; most have one for all. */
  requests(config: C, told: Told, phones: readonly string[], now: number): readonly Request[]
  /** Null: it was taken. Otherwise why not, for the trail. */
  refused(config: C, reply: Reply): string | null
}

const url = z.url({ protocol: /^https?$/ }).max(2000)
const language = z.enum(['zh-CN', 'en']).default('zh-CN')
const json = { 'content-type': 'application/json; charset=utf-8' }
const post = (to: string, body: object): Request => ({
  url: to,
  method: 'POST',
  headers: json,
  body: JSON.stringify(body),
})
const hmac = (key: string, text: string) => createHmac('sha256', key).update(text)

/** Robots answer 200 to everything; whether they took it stands in the body. Anything else is nonsense. */
const byCode =
  (word: string) =>
  (_: unknown, { status, text }: Reply): string | null => {
    if (status !== 200) return `status ${status}`
    try {
      const body = JSON.parse(text) as Record<string, unknown>
      return body[word] === 0 ? null : `${word} ${String(body[word])}`.slice(0, 100)
    } catch {
      return 'answer is no JSON'
    }
  }

const webhook = z.strictObject({ url, secret: z.string().min(1).max(200).optional() })
const dingtalk = z.strictObject({ url, secret: z.string().min(1).max(200).optional(), language })
const wecom = z.strictObject({ url, language })
const sms = z.strictObject({
  url,
  method: z.enum(['POST', 'GET']).default('POST'),
  headers: z.record(z.string().max(100), z.string().max(1000)).default({}),
  /** `{phone}`, `{text}` and `{time}` are filled in, escaped for the body's content type; in the url always as of a url. */
  body: z.string().max(4000).optional(),
  /** What the answer must contain; without it, status 2xx is enough. */
  expect: z.string().min(1).max(200).optional(),
  language,
})

const fillIn = (
  template: string,
  values: Readonly<Record<string, string>>,
  escaped: (text: string) => string,
): string => template.replace(/\{(phone|text|time)\}/g, (_, name: string) => escaped(values[name]!))
const escapeFor = (type: string): ((text: string) => string) =>
  type.includes('json')
    ? text => JSON.stringify(text).slice(1, -1)
    : type.includes('urlencoded')
      ? encodeURIComponent
      : type.includes('xml')
        ? text => text.replace(/[<>&"']/g, c => `&#${c.charCodeAt(0)};`)
        : text => text

const define = <C>(kind: Kind<C>): Kind<C> => kind
export const kinds = {
  /** The event as JSON, signed over its bytes: `X-Gatehouse-Signature: sha256=<hex>`. */
  webhook: define<z.infer<typeof webhook>>({
    schema: webhook,
    secrets: ['url', 'secret'],
    each: null,
    requests({ url: to, secret }, { link: _, ...told }) {
      const request = post(to, { ...told, at: new Date(told.at).toISOString() })
      const signature = secret && `sha256=${hmac(secret, request.body!).digest('hex')}`
      return [{ ...request, headers: { ...json, ...(signature && { 'x-gatehouse-signature': signature }) } }]
    },
    refused: (_, { status }) => (status >= 200 && status < 300 ? null : `status ${status}`),
  }),
  /** 钉钉 [custom robot, 加签: HMAC-SHA256 over `<ms>\n<secret>`, base64, in the url] */
  dingtalk: define<z.infer<typeof dingtalk>>({
    schema: dingtalk,
    secrets: ['url', 'secret'],
    each: null,
    requests({ url: to, secret, language: l }, told, phones, now) {
      const target = new URL(to)
      if (secret) {
        target.searchParams.set('timestamp', String(now))
        target.searchParams.set('sign', hmac(secret, `${now}\n${secret}`).digest('base64'))
      }
      const at = { atMobiles: phones, isAtAll: false }
      return [post(target.href, { msgtype: 'text', text: { content: lineOf(told, l) }, at })]
    },
    refused: byCode('errcode'),
  }),
  /** 企业微信 [group robot: the key in the url is all its proof] */
  wecom: define<z.infer<typeof wecom>>({
    schema: wecom,
    secrets: ['url'],
    each: null,
    requests: ({ url: to, language: l }, told, phones) => [
      post(to, { msgtype: 'text', text: { content: lineOf(told, l), mentioned_mobile_list: phones } }),
    ],
    refused: byCode('errcode'),
  }),
  /** 飞书 [custom robot, 签名校验: HMAC-SHA256 of nothing with the key `<s>\n<secret>`, base64, in the body] */
  feishu: define<z.infer<typeof dingtalk>>({
    schema: dingtalk,
    secrets: ['url', 'secret'],
    each: null,
    requests({ url: to, secret, language: l }, told, _, now) {
      const timestamp = String(Math.floor(now / 1000))
      const proof = secret && { timestamp, sign: hmac(`${timestamp}\n${secret}`, '').digest('base64') }
      return [post(to, { ...proof, msg_type: 'text', content: { text: lineOf(told, l) } })]
    },
    refused: byCode('code'),
  }),
  /** Any SMS gateway with an HTTP interface, described and not programmed. One message per telephone. */
  sms: define<z.infer<typeof sms>>({
    schema: sms,
    secrets: ['url', 'headers', 'body'],
    each: 'phone',
    requests: ({ url: to, method, headers, body, language: l }, told, phones, now) =>
      phones.map(phone => {
        const values = { phone, text: lineOf(told, l), time: new Date(now).toISOString() }
        const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
        return {
          url: fillIn(to, values, encodeURIComponent),
          method,
          headers,
          body: body === undefined || method === 'GET' ? null : fillIn(body, values, escapeFor(type)),
        }
      }),
    refused({ expect }, { status, text }) {
      if (status < 200 || status > 299) return `status ${status}`
      return expect === undefined || text.includes(expect) ? null : 'answer without what is expected'
    },
  }),
} as const
export type HttpKindId = keyof typeof kinds
export type KindId = HttpKindId | 'email'
export const kindIds: readonly KindId[] = [...(Object.keys(kinds) as HttpKindId[]), 'email']

/** What of a kind does not depend on how it is sent. */
export const kindOf = (id: KindId): Pick<Kind<unknown>, 'schema' | 'secrets' | 'each'> =>
  id === 'email' ? email : (kinds[id] as unknown as Kind<unknown>)
