import { Waiting } from '@/ui/state'

export default function GenerateScreen() {
  return <Waiting />
}
