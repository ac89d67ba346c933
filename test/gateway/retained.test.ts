import { expect, it } from 'vitest'
import type { Behind } from '../../gateway/out/sessions/behind.ts'
import { createRetained, retainedLimits } from '../../gateway/out/sessions/kept.ts'

it('a long message of the gateway is packed, and whoever asks gets every byte of it, as of a short one', () => {
  const kept = createRetained({ put: () => {} } as unknown as Behind, { retained: [] } as never, retainedLimits)
  const long = Buffer.from(JSON.stringify(Array.from({ length: 10_000 }, (_, i) => ({ id: `泵-${i}`, unit: 'kWh' }))))
  const short = Buffer.from('{"state":"online"}')
  const heard = (filter: string) => [...kept.match([filter])].map(({ topic, payload }) => [topic, payload.length])
  kept.ofGateway('g/equipment', long, 1)
  kept.ofGateway('g/status', short, 1)
  expect(heard('g/#')).toEqual([
    ['g/equipment', long.length],
    ['g/status', short.length],
  ])
  const [whole] = kept.match(['g/equipment'])
  expect(whole!.payload.equals(long)).toBe(true)
  expect(whole).toMatchObject({ cmd: 'publish', qos: 1, retain: true })
  // A second one hears the same.
  expect(heard('g/equipment')).toEqual([['g/equipment', long.length]])
  kept.ofGateway('g/equipment', Buffer.alloc(0), 1)
  expect(heard('g/#')).toEqual([['g/status', short.length]])
})
