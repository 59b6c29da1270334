"""Tests of the command line and of the contact-centre job."""
