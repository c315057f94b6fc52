// What must be reached: shares of the best native peers (minima on the machine whose limits stand here), scaled to the
// machine at hand: by its in-place rate from 20 qubits on, by its multiply-add peak below.

export interface Bar {
  workload: string;
  peer: string;
  peerMs: number;
  share: number;
  /** Of single precision; otherwise of double. */
  isSingle?: boolean;
  /** Reported, not required. */
  wish?: boolean;
}

/** GB/s of an in-place scale of 16 MiB, and 10^9 operations a second of relaxed multiply-adds in Node 24. */
export const THERE = { scale: 34.1, multiplyAdd: 15.9 };

const lightning = (workload: string, peerMs: number, share: number, wish = false): Bar => ({
  workload,
  peer: "lightning f64",
  peerMs,
  share,
  ...(wish && { wish }),
});

export const BARS: readonly Bar[] = [
  lightning("W2 n=4", 0.00452, 0.35),
  lightning("W2 n=8", 0.0315, 0.6),
  lightning("W2 n=10", 0.0599, 1.3),
  lightning("W2 n=12", 0.462, 0.85),
  lightning("W2 n=16", 10.5, 0.85),
  lightning("W2 n=20", 440, 0.5),
  lightning("W2 n=20", 440, 0.3, true),
  { workload: "W2 n=20", peer: "qsim f32, AVX-512", peerMs: 91.9, share: 1, isSingle: true, wish: true },
  lightning("W3 n=20", 144, 0.5),
  lightning("W4 n=20", 521, 0.35),
  lightning("W5 n=12", 3.38, 0.75),
  lightning("W5 n=16", 108, 0.6),
  { workload: "W6 n=12", peer: "qsim f32", peerMs: 245, share: 0.4 },
  { workload: "W8 n=20", peer: "qulacs, optimiser at 2", peerMs: 154, share: 1.5 },
];

export const FASTER_THAN_PEERS = 100;
export const WORKERD_SHARE = 1.1;
export const SCALE_SHARE_OF_COPY = 0.7;

export const limitOf = (qubits: number): "scale" | "multiplyAdd" => (qubits >= 20 ? "scale" : "multiplyAdd");

/** Milliseconds allowed here, from the rate of the workload's own limit. */
export const allowed = ({ workload, peerMs, share }: Bar, rate: number): number =>
  (peerMs * share * THERE[limitOf(Number(workload.split("=")[1]))]) / rate;
