import { liveMap } from './live-map.ts'

/**
 * A sump pit (集水坑) with two pumps: they start in turn at 55 %, both at 75 %, stop at 20 %; a float of its own reports
 * 90 %. Below 8 % a dry-run electrode stops them whatever was asked for.
 */
const pitM3 = 6
const pumpM3h = 24
const levels = { dry: 8, stop: 20, first: 55, both: 75, float: 90 }

export function createSump(startPercent: number) {
  let m3 = (pitM3 * startPercent) / 100
  let powered = true
  let lead = 0
  let wanted = 0
  const pumps = [0, 1].map(i => ({ on: false, fault: false, starts: 812 + 17 * i, hours: 231.2 - 8 * i }))
  /** What came and went since the start, m3. */
  const sums = { in: 0, out: 0 }
  const percent = () => (100 * m3) / pitM3

  function decide(): void {
    const level = percent()
    if (level >= levels.both) wanted = 2
    else if (level >= levels.first) wanted = Math.max(wanted, 1)
    else if (level <= levels.stop) {
      if (wanted > 0) lead = 1 - lead // so that both wear alike
      wanted = 0
    }
    const able = [pumps[lead]!, pumps[1 - lead]!].filter(p => !p.fault && powered && level > levels.dry)
    const run = able.slice(0, wanted)
    for (const p of pumps) {
      const on = run.includes(p)
      if (on && !p.on) p.starts++
      p.on = on
    }
  }

  const look = () => ({
    level: percent(),
    'pump1-running': pumps[0]!.on,
    'pump2-running': pumps[1]!.on,
    'pump1-fault': pumps[0]!.fault,
    'pump2-fault': pumps[1]!.fault,
    'high-float': percent() >= levels.float,
    'dry-run': percent() <= levels.dry,
    power: powered,
    'pump1-hours': pumps[0]!.hours,
    'pump2-hours': pumps[1]!.hours,
    'pump1-starts': pumps[0]!.starts,
    'pump2-starts': pumps[1]!.starts,
  })

  return {
    sums,
    pumps,
    get m3() {
      return m3
    },
    /** Room that is left in it, m3. */
    get room() {
      return pitM3 - m3
    },
    get kw() {
      return pumps.reduce((sum, p) => sum + (p.on ? 4 : 0), 0)
    },
    /** @param inM3 that run into it in this step; no more than there is room for */
    step(dtS: number, inM3: number, mains: boolean) {
      powered = mains
      m3 += inM3
      sums.in += inM3
      decide()
      const out = Math.min(m3, (pumps.filter(p => p.on).length * pumpM3h * dtS) / 3600)
      m3 -= out
      sums.out += out
      for (const p of pumps) if (p.on) p.hours += dtS / 3600
    },
    state: look,
    device: liveMap(
      `
      level          4 0 u16 0.1
      pump1-hours    4 1 u32 0.1
      pump2-hours    4 3 u32 0.1
      pump1-starts   4 5 u16 1
      pump2-starts   4 6 u16 1
      pump1-running  2 0 bit 1
      pump2-running  2 1 bit 1
      pump1-fault    2 2 bit 1
      pump2-fault    2 3 bit 1
      high-float     2 4 bit 1
      dry-run        2 5 bit 1
      power          2 6 bit 1
      `,
      look,
    ),
  }
}
