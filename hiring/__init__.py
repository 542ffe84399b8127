"""What happens in hiring: the use cases and our own records. The ATS stays the system of record."""
