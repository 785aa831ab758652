"""`python -m benchmarks`: every figure that the README gives."""

from benchmarks import build_time, check_time, evidence_time, verify_time

if __name__ == "__main__":
    build_time.main()
    check_time.main()
    evidence_time.main()
    verify_time.main()
