import type { FireDevice } from './fire-zones.ts'

/**
 * The printer port of tower A's own fire panel, an older one that knows no other way out. It prints what happens on
 * its loop 001 (tower A) and to itself; one event a line, GBK, each line ended by CR LF, never an answer, no paging.
 * What is printed while nobody is connected is lost, as paper would be.
 *
 *   line      = date " " time " " ( device | panel | selftest )
 *   date      = yyyy "-" mm "-" dd          time = hh ":" mm ":" ss      local time, UTC+8
 *   device    = loop "回路 " number "号 " type " " event " " place
 *   loop      = 3 digits                    number = 3 digits
 *   type      = "感烟探测器" | "感温探测器" | "手动报警按钮"
 *   event     = "火警" | "故障" | "恢复" | "屏蔽" | "解除屏蔽"            恢复: the fault is gone
 *   place     = text to the end of the line, without blanks
 *   panel     = "复位" | "消音" | "主电故障" | "主电恢复" | "备电故障" | "备电恢复"
 *   selftest  = "系统自检 正常"              every five minutes, at full five minutes of its clock
 *
 * 2026-11-21 14:03:22 001回路 049号 感烟探测器 火警 A座12层走廊
 *
 * After 复位 every device whose cause still stands is printed again.
 */
export interface FirePrinter {
  device(device: FireDevice, event: '火警' | '故障' | '恢复' | '屏蔽' | '解除屏蔽'): void
  panel(event: '复位' | '消音' | '主电故障' | '主电恢复' | '备电故障' | '备电恢复'): void
  /** @param at UTC ms */
  step(at: number): void
  connect(print: (line: string) => void): () => void
}

const types = { smoke: '感烟探测器', heat: '感温探测器', 'call-point': '手动报警按钮' } as const
const selfTestMs = 300_000
const printedLoop = 1

export function createFirePrinter(): FirePrinter {
  const listeners = new Set<(line: string) => void>()
  let now = 0
  const three = (n: number) => String(n).padStart(3, '0')
  const print = (body: string) => {
    if (listeners.size === 0) return
    const line = `${new Date(now + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} ${body}`
    for (const listener of listeners) listener(line)
  }
  return {
    device({ loop, number, kind, place }, event) {
      if (loop === printedLoop) print(`${three(loop)}回路 ${three(number)}号 ${types[kind]} ${event} ${place}`)
    },
    panel: print,
    step(at) {
      const due = now > 0 && Math.floor(at / selfTestMs) > Math.floor(now / selfTestMs)
      now = at
      if (due) print('系统自检 正常')
    },
    connect(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
