import {
  amountOf,
  costCents,
  costsOf,
  labourCents,
  type Proof,
  type Signature,
  standing,
  used,
} from '../../rules/orderwork.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import type { Workorder } from '../records/workorders.ts'
import type { Site } from '../site/site.ts'
import type { Text, WorkorderView } from './contract.ts'
import type { Deps } from './deps.ts'

type Fields = 'materials' | 'labour' | 'costs' | 'held' | 'arrivals' | 'items' | 'signs' | 'signatures'

/** What was written on an order while it was done. */
export function orderWorkView(deps: Deps, w: Workorder): Pick<WorkorderView, Fields> {
  const sums = costsOf(w.materials, w.labour)
  const { owner, tenant, common, nobody } = sums.byPayer
  const site = deps.plant()?.site
  const proofView = (proof: Proof | null) =>
    proof && { ...proof, name: site ? nameOf(site, proof) : null, at: iso(proof.at) }
  return {
    materials: w.materials.map(({ priceCents, at, ...m }) => ({
      ...m,
      price: priceCents === null ? null : amountOf(priceCents),
      cost: priceCents === null ? null : amountOf(costCents(used({ ...m }), priceCents)),
      at: iso(at),
    })),
    labour: w.labour.map(({ rateCents, at, ...l }) => ({
      ...l,
      rate: rateCents === null ? null : amountOf(rateCents),
      cost: rateCents === null ? null : amountOf(l.withdrawn ? 0 : labourCents(l.minutes, rateCents)),
      at: iso(at),
    })),
    costs: {
      materials: amountOf(sums.materialCents),
      labour: amountOf(sums.labourCents),
      total: amountOf(sums.totalCents),
      byPayer: {
        owner: amountOf(owner),
        tenant: amountOf(tenant),
        common: amountOf(common),
        nobody: amountOf(nobody),
      },
      unpriced: sums.unpriced,
    },
    held: deps.parts.heldFor(w.id),
    arrivals: w.arrivals.map(({ by, at, proof, leftAt, leftProof }) => ({
      ...{ by, at: iso(at), proof: proofView(proof), leftAt: isoOrNull(leftAt), leftProof: proofView(leftProof) },
    })),
    items: w.items.map(({ plan, id, text }) => {
      const check = w.checks.find(c => c.plan === plan && c.item === id)
      if (!check) return { plan, id, text, check: null }
      const { result, note, workorder, by, at } = check
      return { plan, id, text, check: { result, note, workorder, by, at: iso(at) } }
    }),
    signs: [...w.signs],
    signatures: w.signatures.map(s => signatureView(w, s)),
  }
}

export function signatureView(w: Workorder, s: Signature) {
  const { id, who, how, hash, by, at, deviceAt } = s
  return { id, who, how, hash, by, at: iso(at), deviceAt: isoOrNull(deviceAt), stands: standing(w).includes(s) }
}

function nameOf(site: Site, { kind, of }: Proof): Text | null {
  if (kind === 'checkpoint') {
    const found = site.routes.flatMap(r => r.checkpoints).find(c => c.id === of)
    return found?.name ?? (found ? (site.spaces.get(found.space)?.name ?? null) : null)
  }
  const equipment = site.equipment.find(e => e.id === (kind === 'code' ? of : of.slice(0, of.indexOf('/'))))
  if (!equipment || kind === 'code') return equipment?.name ?? null
  const point = equipment.points.find(p => p.id === of)
  if (!point) return null
  const joined = (lang: 'zh-CN' | 'en') => `${equipment.name[lang]} · ${point.name[lang]}`
  return { 'zh-CN': joined('zh-CN'), en: joined('en') }
}
