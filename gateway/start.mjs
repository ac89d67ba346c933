// Starts the program as setup/program.mjs has put it together; where that is missing or made of other sources, the sources.

import { Buffer } from 'node:buffer'
import { accessSync, constants } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { program } from '../setup/program.mjs'
import { root } from '../setup/steps.mjs'

/** Where compiled sources are kept; whoever may not write beside the packages keeps them with the data. */
function cacheFolder() {
  const packages = join(root, 'node_modules')
  try {
    accessSync(packages, constants.W_OK)
    return join(packages, '.cache', 'node')
  } catch {
    return join(resolve(process.env.GATEHOUSE_DATA || 'data'), '.cache')
  }
}

const file = program()
// A message that is kept keeps the whole pool that it was cut from: of 64 kB, as they come, twenty a second grew old.
Buffer.poolSize = 8192
// The types of each source are taken out only once. What is put together has none, and would be kept in memory twice.
if (!file) enableCompileCache(cacheFolder())
// The processes that it starts are sources.
process.env.NODE_COMPILE_CACHE ??= cacheFolder()
const { main } = await import(file ?? './main.ts')
main()
