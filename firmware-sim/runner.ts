import { BodyError } from './actions.ts'
import type { Action, Body } from './part.ts'
import type { Scenario } from './scenario.ts'

/** Where a scenario under way stands, in the building's time. */
export interface Progress {
  readonly forS: number
  readonly stepsDone: number
  readonly steps: number
  /** What could not be done, in words. */
  readonly troubles: readonly string[]
}

export interface Runner {
  readonly scenarios: ReadonlyMap<string, Scenario>
  progress(id: string): Progress | null
  /** Its steps at 0 s are done at once. @throws BodyError when it is under way, or there is none */
  start(id: string): void
  /** Puts right again what it did. @throws BodyError when it is not under way */
  end(id: string): Promise<void>
  /** It is now `at`: does what is due. */
  step(at: number): void
}

interface Running {
  readonly scenario: Scenario
  readonly startedAt: number
  done: number
  readonly troubles: string[]
}

/**
 * @param now the building's time, UTC ms
 * @param actions by their path
 */
export function createRunner(
  scenarios: ReadonlyMap<string, Scenario>,
  actions: ReadonlyMap<string, Action>,
  now: () => number,
): Runner {
  const under = new Map<string, Running>()

  /** At once; what takes longer (a server that shuts down) goes on behind. */
  function act({ action, body = {} }: { action: string; body?: Body }, troubles: string[]): Promise<void> | undefined {
    const fail = (error: unknown) =>
      void troubles.push(`${action}: ${error instanceof Error ? error.message : String(error)}`)
    try {
      const found = actions.get(action)
      if (!found) throw new BodyError('this building has no such action')
      return found.run(body)?.catch(fail)
    } catch (error) {
      fail(error)
      return undefined
    }
  }

  function advance(running: Running, at: number): void {
    const { steps } = running.scenario
    const forS = (at - running.startedAt) / 1000
    for (let next = steps[running.done]; next && next.atS <= forS; next = steps[running.done]) {
      running.done++
      void act(next, running.troubles)
    }
  }

  const known = (id: string): Scenario => {
    const scenario = scenarios.get(id)
    if (!scenario) throw new BodyError(`no scenario "${id}"; there is ${[...scenarios.keys()].join(', ')}`)
    return scenario
  }

  return {
    scenarios,
    progress(id) {
      const running = under.get(id)
      if (!running) return null
      const { scenario, startedAt, done, troubles } = running
      return { forS: Math.round((now() - startedAt) / 1000), stepsDone: done, steps: scenario.steps.length, troubles }
    },
    start(id) {
      const scenario = known(id)
      if (under.has(id)) throw new BodyError(`${id} is under way; end it first`)
      const running = { scenario, startedAt: now(), done: 0, troubles: [] }
      under.set(id, running)
      advance(running, now())
    },
    async end(id) {
      const { undo } = known(id)
      const running = under.get(id)
      if (!running) throw new BodyError(`${id} is not under way`)
      under.delete(id)
      const troubles: string[] = []
      for (const one of undo) await act(one, troubles)
      if (troubles.length > 0) throw new Error(`${id} could not be put right: ${troubles.join('; ')}`)
    },
    step(at) {
      for (const running of under.values()) advance(running, at)
    },
  }
}
