/** The server's answers, with the parts of them that only these pages read. */
import type {
  FunnelAnswer as ApiFunnel,
  RetentionAnswer as ApiRetention,
  TrendAnswer as ApiTrend,
  TrendSeries as ApiTrendSeries,
} from '@/api/types'
import type { BreakdownValue } from '@/query/types'

export interface TrendSeries extends Omit<ApiTrendSeries, 'breakdown'> {
  /** Which of the question's series; −1 for a formula. */
  series: number
  breakdown: BreakdownValue[] | null
}
export interface TrendAnswer extends Omit<ApiTrend, 'series' | 'compare'> {
  series: TrendSeries[]
  compare?: TrendSeries[]
}

export interface FunnelBucket {
  bucket: string
  entered: number
  converted: number
  incomplete?: boolean
}
export type FunnelStep = ApiFunnel['steps'][number]
export interface FunnelAnswer extends Omit<ApiFunnel, 'breakdown' | 'trend'> {
  breakdown?: { value: BreakdownValue[]; steps: FunnelStep[] }[]
  trend?: FunnelBucket[]
}

export interface RetentionAnswer extends ApiRetention {
  /** First and last interval of each column. */
  columns?: [number, number][]
}

/** A bucket as an axis shows it: «01-31», «01-31 14:00». Labels of hours carry the project's own offset. */
export function shortBucket(bucket: string): string {
  return bucket.length > 10 ? `${bucket.slice(5, 10)} ${bucket.slice(11, 16)}` : bucket.slice(5)
}

export interface DateWords {
  date: (value: string) => string
}

/** A bucket in full: «2026-01-31 (周六)». */
export function longBucket(bucket: string, format: DateWords): string {
  return bucket.length > 10 ? `${format.date(bucket.slice(0, 10))} ${bucket.slice(11, 16)}` : format.date(bucket)
}
