import { expect, it } from 'vitest'
import { createSequence } from '../../drivers/opcua/sequence.ts'

/** Messages in the order in which they come: `7` is data, `k8` a keep-alive that says that 8 will be next. */
const missing = (messages: string) => {
  const sequence = createSequence()
  const each = messages
    .split(' ')
    .map(m => sequence.take({ sequenceNumber: Number(m.replace('k', '')), isKeepAlive: m.startsWith('k') }))
  return { each: each.join(' '), last: sequence.last() }
}

it.each([
  ['all come', '1 2 3', '0 0 0', 3],
  ['quiet, then news', 'k1 k1 1 k2 2', '0 0 0 0 0', 2],
  ['one is lost, the next tells', '1 3 4', '0 1 0', 4],
  ['the last one is lost, the keep-alive tells, once', '1 k3 k3 3', '0 1 0 0', 3],
  ['three are lost', '5 k9 9', '0 3 0', 9],
  ['a server whose keep-alive has the last number', '4 k4 k4 5 k5', '0 0 0 0 0', 5],
  ['the number begins anew', '4294967295 1 2', '0 0 0', 2],
  ['told again on request', '1 4 5', '0 2 0', 5],
])('%s', (_, messages, each, last) => {
  expect(missing(messages)).toEqual({ each, last })
})
