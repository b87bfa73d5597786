import { useTranslation } from 'react-i18next'
import type { CampaignReport } from '@/api/types'
import { useFormat } from '@/lib/useFormat'
import { extraMoney, extraPersons, readingOf, type Estimate, type Tone } from '../model'

export interface Said {
  text: string
  tone: Tone
}

const amounts = { persons: ['gainPersons', 'lossPersons', 'noDifferencePersons'], money: ['gainMoney', 'lossMoney', 'noDifferenceMoney'] } as const

/** What a report says, as sentences: about persons, and about money where the goal has any. */
export function useWords() {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  function say(estimate: Estimate, kind: 'persons' | 'money'): Said {
    const write = (value: number) => (kind === 'money' ? format.money(Math.round(Math.abs(value) * 100) / 100) : format.full(Math.abs(value), 0))
    const [gain, loss, none] = amounts[kind]
    const { value, low, high, tone } = estimate
    if (tone === 'gain') return { tone, text: t(`report.${gain}`, { value: write(value), low: write(low), high: write(high) }) }
    if (tone === 'loss') return { tone, text: t(`report.${loss}`, { value: write(value), low: write(high), high: write(low) }) }
    return { tone, text: t(`report.${none}`, { less: write(low), more: write(high) }) }
  }
  function persons(report: CampaignReport): Said | undefined {
    switch (readingOf(report)) {
      case 'no_goal': return { tone: 'none', text: t('report.noGoal') }
      case 'waiting': return { tone: 'none', text: t('report.waiting') }
      case 'no_holdout': return { tone: 'none', text: t('report.noHoldout') }
      case 'too_small': return { tone: 'none', text: t('report.tooSmall') }
      case 'unbalanced': return { tone: 'none', text: t('report.unbalanced') }
      default: return report.lift?.conversion ? say(extraPersons(report.lift.conversion), 'persons') : undefined
    }
  }
  function money(report: CampaignReport): Said | undefined {
    return readingOf(report) === 'clear' && report.lift?.revenue ? say(extraMoney(report.lift.revenue), 'money') : undefined
  }
  return { persons, money }
}

export const toneClass: Record<Tone, string> = { gain: 'weir-gain', loss: 'weir-loss', none: '' }
