import { WebSocket } from 'ws'
import { liveMessage } from '../../gateway/http/contract.ts'
import { until } from './wait.ts'

export type Screen = Awaited<ReturnType<typeof openScreen>>
type Message = ReturnType<typeof liveMessage.parse>
type Of<K extends Message['kind']> = Extract<Message, { kind: K }>

/** A screen on the live stream. Every message is checked against the contract; one that does not fit is an error here. */
export async function openScreen(
  url: string,
  headers: Readonly<Record<string, string>>,
  resume: { since?: number; epoch?: string } = {},
) {
  const query = new URLSearchParams(Object.entries(resume).map(([k, v]): [string, string] => [k, String(v)]))
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live?${query}`, { headers })
  const messages: Message[] = []
  const wrong: unknown[] = []
  let closed: { code: number } | undefined
  let refused: number | undefined
  socket.on('message', data => {
    const parsed = liveMessage.safeParse(JSON.parse(String(data)))
    if (parsed.success) messages.push(parsed.data)
    else wrong.push(parsed.error)
  })
  socket.on('close', code => {
    closed = { code }
  })
  socket.on('unexpected-response', (_, response) => {
    refused = response.statusCode
    socket.terminate()
  })
  socket.on('error', () => {})
  await until('an answer', () => closed ?? refused ?? (messages.length > 0 || wrong.length > 0))
  const of = <K extends Message['kind']>(kind: K) => messages.filter((m): m is Of<K> => m.kind === kind)
  return {
    socket,
    messages,
    wrong,
    refused: () => refused,
    closed: () => closed,
    of,
    hello: () => of('hello')[0]!,
    /** Every sample of this point that came, in order. */
    values: (point: string) => of('samples').flatMap(m => m.items.filter(s => s.point === point).map(s => s.value)),
    /** Waits for a message of this kind that fits. */
    heard: <K extends Message['kind']>(kind: K, fits: (m: Of<K>) => boolean = () => true) =>
      until(`a message ${kind}`, () => of(kind).find(fits)),
    close: () => socket.terminate(),
  }
}
