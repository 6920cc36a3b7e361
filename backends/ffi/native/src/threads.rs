//! A private pool of threads that share the units of one computation.

use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long an idle thread looks for the next job before it sleeps: longer than the gap between two ops of a forward
/// pass, shorter than anyone notices.
const SPIN: Duration = Duration::from_micros(50);

/// Set in `Shared::gate` while a job takes threads in; the bits below count those inside.
const OPEN: u32 = 1 << 31;

/// Called with the number of a unit and of the thread that computes it (0 is the calling one).
type Work<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Threads that compute, the calling one included.
///
/// The caller works too, and at the end waits only for the threads that have joined: a busy neighbour on the machine
/// delays nobody who did not take part.
pub struct Threads {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

struct Job {
    work: Work<'static>,
    units: usize,
}

struct Shared {
    job: UnsafeCell<Option<Job>>,
    gate: AtomicU32,
    /// Number of the job, so that a thread knows one it has seen.
    epoch: AtomicU32,
    next: AtomicUsize,
    panicked: AtomicBool,
    stop: AtomicBool,
    sleepers: Mutex<usize>,
    wake: Condvar,
}

// SAFETY: `job` is written only while the gate is closed and nobody is inside, and read only by threads inside.
unsafe impl Sync for Shared {}

impl Threads {
    /// A pool of `count` threads (at least 1), the calling one included.
    pub fn new(count: usize) -> Self {
        let shared = Arc::new(Shared {
            job: UnsafeCell::new(None),
            gate: AtomicU32::new(0),
            epoch: AtomicU32::new(0),
            next: AtomicUsize::new(0),
            panicked: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            sleepers: Mutex::new(0),
            wake: Condvar::new(),
        });
        let start = |thread| {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name(format!("taxon-{thread}")).spawn(move || shared.serve(thread))
        };
        // Where the system refuses a thread, fewer compute the same.
        let workers = (1..count).map_while(|thread| start(thread).ok()).collect();
        Self { shared, workers }
    }

    /// Threads that compute, the calling one included.
    pub fn count(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `work(unit, thread)` once for each unit below `units`, in any order, on any thread, and returns when all
    /// are done. `&mut self`: one job at a time.
    ///
    /// # Panics
    /// If `work` does, after all threads have left it.
    pub fn run(&mut self, units: usize, work: &(dyn Fn(usize, usize) + Sync)) {
        if units <= 1 || self.workers.is_empty() {
            (0..units).for_each(|unit| work(unit, 0));
            return;
        }
        let shared = &*self.shared;
        // SAFETY: the gate is closed and nobody is inside, so nobody reads `job`. Its lifetime is stretched, but
        // `close` below waits for every thread inside before this call returns or unwinds.
        unsafe {
            *shared.job.get() =
                Some(Job { work: std::mem::transmute::<Work<'_>, Work<'static>>(work), units });
        }
        shared.next.store(0, Ordering::Relaxed);
        shared.gate.store(OPEN, Ordering::Release);
        shared.epoch.fetch_add(1, Ordering::SeqCst);
        if *lock(&shared.sleepers) > 0 {
            shared.wake.notify_all();
        }
        let own = catch_unwind(AssertUnwindSafe(|| shared.compute(work, units, 0)));
        shared.close();
        if let Err(panic) = own {
            shared.panicked.store(false, Ordering::Relaxed);
            std::panic::resume_unwind(panic);
        }
        if shared.panicked.swap(false, Ordering::Relaxed) {
            panic!("a thread of the pool panicked");
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        self.shared.epoch.fetch_add(1, Ordering::SeqCst);
        drop(lock(&self.shared.sleepers));
        self.shared.wake.notify_all();
        for worker in self.workers.drain(..) {
            // A worker catches the panics of its jobs, so it ends well.
            let _ = worker.join();
        }
    }
}

impl Shared {
    /// Takes units until none is left.
    fn compute(&self, work: Work<'_>, units: usize, thread: usize) {
        loop {
            let unit = self.next.fetch_add(1, Ordering::Relaxed);
            if unit >= units {
                return;
            }
            work(unit, thread);
        }
    }

    /// Lets nobody in any more and waits for those inside.
    fn close(&self) {
        // After a panic of the caller the other threads need not finish its units.
        self.gate.fetch_and(!OPEN, Ordering::AcqRel);
        let mut turns = 0u32;
        while self.gate.load(Ordering::Acquire) != 0 {
            turns += 1;
            if turns < 1000 { std::hint::spin_loop() } else { std::thread::yield_now() }
        }
    }

    /// The life of a worker.
    fn serve(&self, thread: usize) {
        let mut seen = 0;
        loop {
            seen = self.await_epoch(seen);
            if self.stop.load(Ordering::Acquire) {
                return;
            }
            if !self.enter() {
                continue;
            }
            // SAFETY: inside the gate the job stays as it is until this thread leaves.
            if let Some(Job { work, units }) = unsafe { &*self.job.get() }
                && catch_unwind(AssertUnwindSafe(|| self.compute(*work, *units, thread))).is_err()
            {
                self.panicked.store(true, Ordering::Relaxed);
            }
            self.gate.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Passes the gate if it is open.
    fn enter(&self) -> bool {
        let pass = |gate| if gate & OPEN != 0 { Some(gate + 1) } else { None };
        self.gate.fetch_update(Ordering::AcqRel, Ordering::Relaxed, pass).is_ok()
    }

    /// Waits until the epoch is not `seen`: first looking, then asleep.
    fn await_epoch(&self, seen: u32) -> u32 {
        let start = Instant::now();
        loop {
            for _ in 0..64 {
                let epoch = self.epoch.load(Ordering::Acquire);
                if epoch != seen {
                    return epoch;
                }
                std::hint::spin_loop();
            }
            if start.elapsed() > SPIN {
                break;
            }
        }
        let mut sleepers = lock(&self.sleepers);
        *sleepers += 1;
        while self.epoch.load(Ordering::SeqCst) == seen {
            sleepers = self.wake.wait(sleepers).unwrap_or_else(PoisonError::into_inner);
        }
        *sleepers -= 1;
        self.epoch.load(Ordering::SeqCst)
    }
}

/// A count stays right whatever panicked while it was locked.
fn lock(mutex: &Mutex<usize>) -> std::sync::MutexGuard<'_, usize> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_computed_once() {
        let mut threads = Threads::new(4);
        for units in [0, 1, 2, 5, 1000] {
            let counts: Vec<AtomicU32> = (0..units).map(|_| AtomicU32::new(0)).collect();
            threads.run(units, &|unit, thread| {
                assert!(thread < 4);
                counts[unit].fetch_add(1, Ordering::Relaxed);
            });
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1));
        }
    }

    #[test]
    fn many_short_jobs_end() {
        let mut threads = Threads::new(3);
        let total = AtomicUsize::new(0);
        for _ in 0..20_000 {
            threads.run(4, &|unit, _| {
                total.fetch_add(unit, Ordering::Relaxed);
            });
        }
        assert_eq!(total.load(Ordering::Relaxed), 20_000 * 6);
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_pool_lives_on() {
        let mut threads = Threads::new(2);
        for bad in 0..8 {
            let run = catch_unwind(AssertUnwindSafe(|| {
                threads.run(8, &|unit, _| assert!(unit != bad));
            }));
            assert!(run.is_err());
        }
        let total = AtomicUsize::new(0);
        threads.run(8, &|unit, _| {
            total.fetch_add(unit, Ordering::Relaxed);
        });
        assert_eq!(total.load(Ordering::Relaxed), 28);
    }
}
