export default function HistoryPanel() {
  return null
}
