import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'
import { line, type Open, openSerial } from '../../drivers/modbus/line.ts'

/** How a port of `serialport` ends: from the call on it is not open, but locked until the system is done with it. */
const system = vi.hoisted(() => ({ locked: false, closes: [] as (() => void)[] }))
vi.mock('serialport', () => ({
  SerialPort: function SerialPort() {
    const port = Object.assign(new EventEmitter(), {
      isOpen: false,
      open(done: (error: Error | null) => void) {
        if (system.locked) return done(new Error('Error Resource temporarily unavailable Cannot lock port'))
        system.locked = true
        port.isOpen = true
        done(null)
      },
      close(done: () => void) {
        port.isOpen = false
        system.closes.push(() => {
          system.locked = false
          port.emit('close', null)
          done()
        })
      },
    })
    return port
  },
}))
const open = openSerial({ path: '/dev/ttyS0', baudRate: 9600, parity: 'none', stopBits: 1, dataBits: 8 })
const ears = { data: () => {}, end: () => {} }
const turn = () => new Promise(resolve => setImmediate(resolve))
const openedNow = () => open(ears).catch((error: Error) => error.message)

/** Diary of two who end a port, and of who comes next. */
async function ended(first: () => unknown, second: () => Promise<void>) {
  const diary: unknown[] = []
  void first()
  const over = second().then(() => diary.push('closed'))
  await turn()
  diary.push(await openedNow())
  expect(system.closes).toHaveLength(1)
  system.closes.shift()!()
  await over
  const next = await openedNow()
  diary.push(typeof next === 'string' ? next : 'opened')
  if (typeof next !== 'string') {
    const gone = next.close()
    system.closes.shift()!()
    await gone
  }
  return diary
}
const whileClosing = ['Error Resource temporarily unavailable Cannot lock port', 'closed', 'opened']

it('a serial port that is closed twice is closed for both when the system has let it go', async () => {
  const port = await open(ears)
  expect(await ended(port.close, port.close)).toEqual(whileClosing)
})

it('a serial line that was dropped just before it is closed is closed when its port is free', async () => {
  const bus = line(open, ears, () => {})
  expect(await bus.stream()).toBeDefined()
  expect(await ended(() => bus.drop('answers of somebody else'), bus.close)).toEqual(whileClosing)
})

it('a line opens anew only when what it let go is closed', async () => {
  const diary: string[] = []
  let over = () => {}
  const noted: Open = async () => {
    diary.push('opened')
    const close = () => {
      diary.push('closing')
      return new Promise<void>(resolve => {
        over = () => {
          diary.push('closed')
          resolve()
        }
      })
    }
    return { write: () => {}, close }
  }
  const bus = line(noted, ears, () => {})
  await bus.stream()
  bus.again()
  await turn()
  expect(diary).toEqual(['opened', 'closing'])
  over()
  await bus.stream()
  expect(diary).toEqual(['opened', 'closing', 'closed', 'opened'])
  const closed = bus.close()
  await turn()
  over()
  await closed
  expect(diary).toEqual(['opened', 'closing', 'closed', 'opened', 'closing', 'closed'])
})
