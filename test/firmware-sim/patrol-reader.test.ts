import { expect, it } from 'vitest'
import { checkpointDevice, createPatrol, guards } from '../../firmware-sim/plaza/patrol.ts'
import { readerLog } from '../../rules/patrol/readerlog.ts'

it('a reader remembers its last 8 reads, on Modbus as over MQTT, and the gateway reads them as they were', () => {
  const patrol = createPatrol()
  const reader = patrol.checkpoints.get('cp-b1')!
  const device = checkpointDevice(reader)
  const onWire = (): string => {
    const words = Array.from({ length: 120 }, (_, i) => device.read('input', 16 + i)!)
    expect(words.every(Number.isInteger)).toBe(true)
    return String.fromCharCode(...words.flatMap(w => [w >> 8, w & 0xff]).filter(byte => byte !== 0))
  }
  expect(readerLog(onWire())).toEqual([])
  const at = Date.UTC(2026, 10, 21, 15)
  for (let n = 0; n < 10; n++) patrol.read('cp-b1', n % 2 ? guards.second : guards.first, at + n * 60_000)
  const log = readerLog(onWire())!
  expect(log).toEqual(readerLog(reader.log))
  expect(log.map(e => e.n)).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
  expect(log.at(-1)).toEqual({ n: 10, at: at + 9 * 60_000, uid: guards.second })
  // Of one tag two reads in the same second are two.
  patrol.read('cp-b1', guards.second, at + 9 * 60_000)
  expect(
    readerLog(onWire())!
      .map(e => e.n)
      .slice(-2),
  ).toEqual([10, 11])
  expect([device.read('input', 136), device.read('input', 15)]).toEqual([undefined, undefined])
})
