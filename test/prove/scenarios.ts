import { loadScenarios } from '../../firmware-sim/scenarios.ts'
import { outcomes } from '../firmware-sim/scenario-outcomes.ts'
import { openBrowser } from '../screens/browser.ts'
import { openProof } from '../support/scenarioproof.ts'
import type { Proven } from './proof.ts'

/**
 * Each scenario of the demo building on its real protocols, seen by two people in Chromium, one in each language: the alarm
 * in its words, the runbook that it opens, the order with its class and clocks; and quiet when it was put right.
 * @param only ids, default all
 */
export async function proveScenarios(only: readonly string[] = []): Promise<Proven> {
  const scenarios = await loadScenarios()
  const unknown = only.filter(id => !scenarios.has(id))
  if (unknown.length > 0) {
    return {
      holds: false,
      figure: `no scenario ${unknown.join(', ')}; there is ${[...scenarios.keys()].join(', ')}`,
    }
  }
  const browser = await openBrowser()
  let right = 0
  let lines = 0
  try {
    const proof = await openProof(browser)
    try {
      for (const scenario of scenarios.values()) {
        if (only.length > 0 && !only.includes(scenario.id)) continue
        for (const { id, lang, wrong } of await proof.prove(scenario, outcomes[scenario.id]!)) {
          console.log(`${id.padEnd(28)} ${lang.padEnd(6)} ${wrong.length === 0 ? 'pass' : `WRONG ${wrong.join('; ')}`}`)
          lines++
          if (wrong.length === 0) right++
        }
      }
    } finally {
      await proof.stop()
    }
  } finally {
    await browser.close()
  }
  return { holds: right === lines && lines > 0, figure: `${right} of ${lines} lines right` }
}
