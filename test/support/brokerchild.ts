import { openBrokerFile } from '../../gateway/brokerfile.ts'
import { createLog } from '../../gateway/core/log.ts'
import { startBroker } from '../../gateway/out/broker.ts'

/** The broker alone, with its file: `node brokerchild.ts <folder>`; says its port. Any password opens any account. Ends when killed. */
const [folder = ''] = process.argv.slice(2)
const account = (name: string) => ({ name, publish: ['#'], subscribe: ['#'] })
const broker = await startBroker({
  ...{ host: '127.0.0.1', port: 0, log: createLog('error'), willsAfterMs: 100 },
  file: openBrokerFile(folder, aside => process.stderr.write(`broken: ${aside}\n`)),
  check: async name => account(name),
  account,
})
process.stdout.write(`${broker.address.port}\n`)
