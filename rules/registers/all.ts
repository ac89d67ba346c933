import type { Register } from '../register.ts'
import { decoration } from './decoration.ts'
import { fireGear } from './firegear.ts'
import { firms } from './firms.ts'
import { goods } from './goods.ts'
import { keys } from './keys.ts'
import { lost } from './lost.ts'
import { machines } from './machines.ts'
import { signers } from './signers.ts'
import { takeover } from './takeover.ts'
import { tools } from './tools.ts'
import { training } from './training.ts'
import { vacant } from './vacant.ts'

/** Every register there is; a new one is its file and a line here. */
export const registers: readonly Register[] = [
  ...[keys, goods, signers, tools, lost, fireGear, vacant, decoration, training, machines, firms, takeover],
]
const byId = new Map(registers.map(r => [r.id, r]))
export const registerOf = (id: string): Register | undefined => byId.get(id)
