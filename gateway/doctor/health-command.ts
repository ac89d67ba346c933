import { resolve } from 'node:path'
import { healthOf } from './health.ts'

/** `npm run health`: whether the gateway of GATEHOUSE_DATA answers; 0 or 1. What a container asks, without curl or a shell. */
const { ok, said } = await healthOf(resolve(process.env.GATEHOUSE_DATA || 'data'))
process.stdout.write(`${said}\n`)
process.exit(ok ? 0 : 1)
