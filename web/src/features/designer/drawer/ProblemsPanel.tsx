export default function ProblemsPanel() {
  return null
}
