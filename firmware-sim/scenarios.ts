import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Scenario } from './scenario.ts'

/**
 * Every file of scenarios/, by its id. A new one is a file with `export const scenario`, and nothing else.
 * @throws when a file's name is not the id in it
 */
export async function loadScenarios(): Promise<ReadonlyMap<string, Scenario>> {
  const folder = join(import.meta.dirname, 'scenarios')
  const files = readdirSync(folder).filter(name => name.endsWith('.ts'))
  const found = new Map<string, Scenario>()
  for (const file of files.sort()) {
    const { scenario } = (await import(pathToFileURL(join(folder, file)).href)) as { scenario?: Scenario }
    if (`${scenario?.id}.ts` !== file) throw new Error(`scenarios/${file} must export the scenario of that name`)
    found.set(scenario!.id, scenario!)
  }
  return found
}
