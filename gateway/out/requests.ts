import type { Broker } from './broker.ts'
import type { topics } from './topics.ts'

/** What may be asked over MQTT, by word. A handler answers with data or throws an error with a `code`. */
export type RequestWords = Readonly<Record<string, (ask: Readonly<Record<string, unknown>>) => unknown>>

/**
 * `request/<word>` is answered on `response/<word>` with the caller's `transaction`. Every request gets an answer:
 * one that can't be understood gets an error. Returns the stop.
 */
export function answerRequests(
  broker: Pick<Broker, 'publish' | 'receive'>,
  topic: ReturnType<typeof topics>,
  words: RequestWords,
): () => void {
  return broker.receive(topic.requests, (asked, payload) => {
    const word = topic.wordOf(asked)
    let transaction: unknown = null
    const answer = (body: object) =>
      void broker.publish(topic.response(word), JSON.stringify({ transaction, ...body })).catch(() => {})
    let ask: Record<string, unknown>
    try {
      const parsed: unknown = payload.length === 0 ? {} : JSON.parse(payload.toString('utf8'))
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error()
      ask = parsed as Record<string, unknown>
    } catch {
      return answer({ status: 'error', code: 'invalid-input', detail: 'The request is not a JSON object.' })
    }
    transaction = ask.transaction ?? null
    const handler = Object.hasOwn(words, word) ? words[word] : undefined
    if (!handler)
      return answer({
        status: 'error',
        code: 'unknown-request',
        detail: `Known words: ${Object.keys(words).join(', ')}.`,
      })
    try {
      answer({ status: 'ok', data: handler(ask) })
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      answer({
        status: 'error',
        code: code ?? 'internal',
        detail: code ? message : 'Something went wrong in the gateway.',
      })
    }
  })
}
