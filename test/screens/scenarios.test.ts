import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadScenarios } from '../../firmware-sim/scenarios.ts'
import { outcomes } from '../firmware-sim/scenario-outcomes.ts'
import { openProof } from '../support/scenarioproof.ts'
import { openBrowser } from './browser.ts'

/** The short form of `npm run prove -- scenarios`: the building on its wires, the gateway, and Chromium in both languages. */

const ids = ['help-call', 'lift-trapped', 'burst-pipe-electrical', 'external-outage']
const scenarios = await loadScenarios()
let browser: Browser
let proof: Awaited<ReturnType<typeof openProof>>

beforeAll(async () => {
  browser = await openBrowser()
  proof = await openProof(browser, ['lifts', 'desk', 'power', 'water', 'security'])
}, 120_000)
afterAll(async () => {
  await proof?.stop()
  await browser?.close()
})

it.each(ids)('%s leads to its alarm, runbook and order in both languages', { timeout: 120_000 }, async id => {
  const lines = await proof.prove(scenarios.get(id)!, outcomes[id]!)
  expect(lines.map(({ lang, wrong }) => [lang, ...wrong])).toEqual([['zh-CN'], ['en'], ['reset']])
})
